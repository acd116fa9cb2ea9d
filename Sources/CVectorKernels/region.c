// Where points lie on their rays from the centre of a region.
#include "region.h"
#include "vk_target.h"

enum { LANES = 8 };

static inline double scale_one(double x, double center, double lower, double upper) {
  double t = x - center;
  return t * (t < 0 ? lower : upper);
}

// Maxima and sums by lane: their order does not depend on the vector width.
VK_CLONES
void vk_ray_scales(
    size_t rows, size_t columns, const double *restrict x, const double *restrict center,
    const double *restrict lower_slope, const double *restrict upper_slope,
    const double *restrict u, double *restrict largest, double *restrict square) {
  for (size_t r = 0; r < rows; r++) {
    const double *point = x + r * columns;
    const double *coordinate = u + r * columns;
    double most[LANES] = {0}, sum[LANES] = {0};
    size_t k = 0;
    for (; k + LANES <= columns; k += LANES)
      for (int j = 0; j < LANES; j++) {
        double s = scale_one(point[k + j], center[k + j], lower_slope[k + j], upper_slope[k + j]);
        most[j] = s > most[j] ? s : most[j];
        sum[j] += coordinate[k + j] * coordinate[k + j];
      }
    for (int j = 0; k < columns; k++, j++) {
      double s = scale_one(point[k], center[k], lower_slope[k], upper_slope[k]);
      most[j] = s > most[j] ? s : most[j];
      sum[j] += coordinate[k] * coordinate[k];
    }
    for (int width = LANES / 2; width > 0; width /= 2)
      for (int j = 0; j < width; j++) {
        most[j] = most[j + width] > most[j] ? most[j + width] : most[j];
        sum[j] += sum[j + width];
      }
    largest[r] = most[0];
    square[r] = sum[0];
  }
}
