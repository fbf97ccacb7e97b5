// The operators that are our own, for sessions whose graphs have them.
#ifndef AZURE_NLP_ENDPOINT_OPS_H
#define AZURE_NLP_ENDPOINT_OPS_H

#include "ortapi.h"

typedef struct own_ops own_ops;

// ops_register makes a session know the operators. The runtime needs what comes out
// as long as the session lives, ops_close frees it then. It returns NULL or a
// message that the caller frees; bound_init must have been called.
char *ops_register(OrtSessionOptions *so, const char *domain, int threads, own_ops **out);
void ops_close(own_ops *ops);

#endif
