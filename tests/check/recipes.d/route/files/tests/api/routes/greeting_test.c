// /v1/greeting, over HTTP.

#include "tests/api/service.h"

Test(greeting, says_it_as_often_as_it_is_asked_to)
{
    service_t service;
    service_open(&service);
    cJSON *json = http_json(service.port, "/v1/greeting?times=3");
    cr_expect_str_eq(
        cJSON_GetStringValue(cJSON_GetObjectItem(json, "greeting")),
        "hello hello hello");
    cJSON_Delete(json);
    http_reply_t reply;
    http_get(service.port, "/v1/greeting?times=11", &reply);
    cr_expect_eq(reply.status, 422);
    http_reply_free(&reply);
    service_close(&service);
}
