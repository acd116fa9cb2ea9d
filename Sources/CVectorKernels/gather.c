#include "network_kernels.h"
#include <string.h>

void vk_gather_rows(
    size_t row_bytes, size_t count, const ptrdiff_t *restrict index, const void *restrict source,
    void *restrict destination) {
  for (size_t i = 0; i < count; i++)
    memcpy(
        (char *)destination + i * row_bytes, (const char *)source + (size_t)index[i] * row_bytes,
        row_bytes);
}
