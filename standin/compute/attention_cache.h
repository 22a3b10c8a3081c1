// Joins the cache's rows and the chunk's own into the two matrices that attention multiplies.
#pragma once

#include <ggml.h>

namespace axllama::standin {

struct AttentionCache {
  ggml_tensor* keys;    // bf16, ggml dims [head_dim, rows, kv_heads]
  ggml_tensor* values;  // bf16, ggml dims [rows, head_dim, kv_heads]: transposed
};

// All bf16, ggml dims [kv_heads * head_dim, rows]; the caches may be null: no history. The joined
// rows are the cache's, all of them, then the chunk's own.
AttentionCache join_attention_cache(ggml_context* context, int head_dim, ggml_tensor* own_keys,
                                    ggml_tensor* own_values, ggml_tensor* key_cache,
                                    ggml_tensor* value_cache);

}  // namespace axllama::standin
