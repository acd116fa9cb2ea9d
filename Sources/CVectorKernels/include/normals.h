#pragma once
#include <stddef.h>
#include <stdint.h>

// Standard normal numbers of a counter-based sequence: pair i is the Box-Muller transform of the
// two 64-bit halves of Philox4x32-10 at counter (i, 0, walker, step) under the key.
void vk_normals_f64(
    size_t n, uint32_t key0, uint32_t key1, uint32_t walker, uint32_t step, double *y);
