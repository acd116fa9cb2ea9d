#pragma once
#include <stddef.h>

// For every row of x (rows x columns): the largest of 0 and t * slope, where t = x - center and slope
// is that of the side on which t lies; and the sum of squares of the same row of u.
void vk_ray_scales(
    size_t rows, size_t columns, const double *x, const double *center, const double *lower_slope,
    const double *upper_slope, const double *u, double *largest, double *square);
