// Attention of texts that lie one after the other.
#ifndef AZURE_NLP_ENDPOINT_ATTENTION_H
#define AZURE_NLP_ENDPOINT_ATTENTION_H

#include "kernels.h"

// attention is softmax(q·kᵀ)·v of each head of each text. Rows of q, k and v are so many
// floats apart, and a row's heads lie one after the other.
typedef struct {
	const float *q, *k, *v;
	float *y; // [queries, heads·size]
	int64_t q_apart, kv_apart;
	int64_t heads, size; // floats of a head
	const int64_t *lengths; // [texts], in tokens
	int64_t texts, longest;
	int64_t queries; // of each text, or 0 for one of each token
	int64_t window; // how many tokens to either side each sees, or 0 for all; not with queries
	float *room; // attention_scratch floats for each task
	int tasks;
} attention;

size_t attention_scratch(int64_t longest, int64_t size);
void attention_run(attention *a, parallel_for *parallel, void *context);

#endif
