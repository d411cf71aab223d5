#include "proto/base/utf8.h"

size_t utf8_bytes(const char *text, size_t left)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char lead = at[0];
    if (lead < 0x80)
        return 1;
    const size_t bytes = lead < 0xc2   ? 0
                         : lead < 0xe0 ? 2
                         : lead < 0xf0 ? 3
                         : lead < 0xf5 ? 4
                                       : 0;
    if (bytes == 0 || bytes > left)
        return 0;
    // The second byte's range excludes overlong forms, surrogates and anything
    // above U+10FFFF (Unicode, table 3-7).
    const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < bytes; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    }
    return bytes;
}

bool utf8_is_control(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    return at[0] < ' ' || at[0] == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0);
}
