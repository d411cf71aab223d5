// query_table - prints documents of the REST service as tables.
//
// Missing members print as zero or unknown. Pure.

#ifndef OCTOLOG_TOOLS_QUERY_QUERY_TABLE_H
#define OCTOLOG_TOOLS_QUERY_QUERY_TABLE_H

#include <cjson/cJSON.h>
#include <stdio.h>

typedef void query_table_t(FILE *out, const cJSON *document);

query_table_t query_table_counts; // /v1/agg_event_counts
query_table_t query_table_pulls;  // /v1/avg_pr_interval/{owner}/{repo}
query_table_t query_table_top;    // /v1/repos/top
query_table_t query_table_repo;   // /v1/repos/{owner}/{repo}

#endif
