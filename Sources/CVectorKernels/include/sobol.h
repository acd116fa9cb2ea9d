// Direction numbers of Sobol sequences.
#pragma once
#include <stdint.h>

enum { VK_SOBOL_DIMENSIONS = 1111 };

// Writes the 32 direction numbers of each of the first `dimensions` dimensions (at most
// VK_SOBOL_DIMENSIONS), as fractions of 2^32.
void vk_sobol_directions(int64_t dimensions, uint32_t* directions);
