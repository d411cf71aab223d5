// view_rows - the rows of a view in a plain sorted array, for tests: slow, but
// obviously correct. Parts are merged at once.
//
// Errors    Merging returns the errors of the view's merge(); nothing else can
//           fail.
// Memory    Rows are copied; fixture_rows_free() frees them.
// Threads   One at a time per object.

#ifndef OCTOLOG_TESTS_ACTORS_VIEWS_VIEW_ROWS_H
#define OCTOLOG_TESTS_ACTORS_VIEWS_VIEW_ROWS_H

#include "actors/views/view.h"

#include <assert.h>
#include <stdlib.h>

typedef struct {
    buffer_t key;
    buffer_t value;
} fixture_row_t;

typedef struct {
    fixture_row_t *rows; // sorted by key
    size_t count;
    const view_class_t *view; // whose rows
    view_rows_t interface;
} fixture_rows_t;

static inline int fixture_compare(slice_t a, slice_t b)
{
    size_t shared = a.bytes < b.bytes ? a.bytes : b.bytes;
    int order = shared ? memcmp(a.data, b.data, shared) : 0;
    return order ? order : (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

// The first row whose key is not below.
static inline size_t fixture_find(const fixture_rows_t *rows, slice_t key)
{
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (fixture_compare(buffer_slice(&rows->rows[middle].key), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static inline bool fixture_has(const fixture_rows_t *rows, size_t i,
                               slice_t key)
{
    return i < rows->count &&
           slice_equal(buffer_slice(&rows->rows[i].key), key);
}

static inline int fixture_get(void *context, slice_t key, slice_t *value)
{
    const fixture_rows_t *rows = context;
    size_t i = fixture_find(rows, key);
    if (!fixture_has(rows, i, key))
        return 0;
    *value = buffer_slice(&rows->rows[i].value);
    return 1;
}

static inline int fixture_put(void *context, slice_t key, slice_t value)
{
    fixture_rows_t *rows = context;
    size_t i = fixture_find(rows, key);
    if (!fixture_has(rows, i, key)) {
        rows->rows =
            realloc(rows->rows, (rows->count + 1) * sizeof *rows->rows);
        assert(rows->rows);
        memmove(&rows->rows[i + 1], &rows->rows[i],
                (rows->count++ - i) * sizeof *rows->rows);
        rows->rows[i] = (fixture_row_t){0};
        buffer_add(&rows->rows[i].key, key.data, key.bytes);
    }
    buffer_reset(&rows->rows[i].value);
    buffer_add(&rows->rows[i].value, value.data, value.bytes);
    return 0;
}

static inline int fixture_merge(void *context, slice_t key, slice_t part)
{
    const fixture_rows_t *rows = context;
    slice_t parts[2] = {part};
    buffer_t row = {0};
    assert(rows->view->merge);
    const int had = fixture_get(context, key, &parts[1]);
    int rc = rows->view->merge(key, parts, 1 + (size_t)had, &row);
    if (rc == 0)
        rc = fixture_put(context, key, buffer_slice(&row));
    buffer_free(&row);
    return rc;
}

static inline int fixture_scan(void *context, slice_t from, slice_t until,
                               view_each_row_t *each, void *each_context)
{
    const fixture_rows_t *rows = context;
    for (size_t i = fixture_find(rows, from); i < rows->count; i++) {
        slice_t key = buffer_slice(&rows->rows[i].key);
        if (fixture_compare(key, until) >= 0)
            break;
        int rc = each(each_context, key, buffer_slice(&rows->rows[i].value));
        if (rc != 0)
            return rc;
    }
    return 0;
}

static inline void fixture_rows_init(fixture_rows_t *rows,
                                     const view_class_t *view)
{
    *rows = (fixture_rows_t){.view = view};
    rows->interface = (view_rows_t){fixture_get, fixture_put, fixture_merge,
                                    fixture_scan, rows};
}

static inline void fixture_rows_free(fixture_rows_t *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        buffer_free(&rows->rows[i].key);
        buffer_free(&rows->rows[i].value);
    }
    free(rows->rows);
}

#endif
