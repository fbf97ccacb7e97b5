// The operator PackedMatMul, for sessions whose graphs have it.
#ifndef AZURE_NLP_ENDPOINT_PRODUCT_H
#define AZURE_NLP_ENDPOINT_PRODUCT_H

#include "ortapi.h"

typedef struct product_ops product_ops;

// product_register makes a session know the operator. The runtime needs what comes out
// as long as the session lives, product_close frees it then. It returns NULL or a
// message that the caller frees; bound_init must have been called.
char *product_register(OrtSessionOptions *so, const char *domain, int threads, product_ops **out);
void product_close(product_ops *ops);

#endif
