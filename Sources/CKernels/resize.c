#include "lanes.h"

// OpenCV multiplies and adds in two roundings, and so does everything here.
#pragma clang fp contract(off)

typedef uint8_t byte_lanes __attribute__((vector_size(CK_LANES), aligned(1)));

// Averages one source row: target[x] is the weighted sum of `taps` pixels from starts[x] on.
CK_INLINE void average_row(
    const float *row, const int32_t *starts, const float *weights, const size_t taps, size_t pitch,
    size_t width, float *target) {
  for (size_t x = 0; x < width; x++) {
    const float *first = row + starts[x];
    float sum = first[0] * weights[x];
    for (size_t t = 1; t < taps; t++) sum += first[t] * weights[t * pitch + x];
    target[x] = sum;
  }
}

CK_INLINE void convert_row(const uint8_t *pixels, size_t width, float *row) {
  size_t x = 0;
  for (; x + CK_LANES <= width; x += CK_LANES)
    store(row + x, __builtin_convertvector(*(const byte_lanes *)(pixels + x), lanes));
  for (; x < width; x++) row[x] = pixels[x];
}

CK_INLINE void resize_area(
    const uint8_t *source, size_t source_width, size_t source_pitch, const ck_area_axis *across,
    const ck_area_axis *down, size_t first_row, size_t end_row, float *scratch, uint8_t *target) {
  const size_t width = across->count, pitch = across->pitch;
  float *row = scratch, *sums = row + source_width + across->taps + CK_LANES;
  // The last row of one average is often the first of the next.
  float *average = sums + pitch;
  int32_t averaged = -1;
  for (size_t y = first_row; y < end_row; y++) {
    for (size_t t = 0; t < down->taps; t++) {
      const float weight = down->weights[t * down->pitch + y];
      if (weight == 0) continue;
      if (averaged != down->starts[y] + (int32_t)t) {
        averaged = down->starts[y] + (int32_t)t;
        convert_row(source + (size_t)averaged * source_pitch, source_width, row);
        switch (across->taps) {
        case 2: average_row(row, across->starts, across->weights, 2, pitch, width, average); break;
        case 3: average_row(row, across->starts, across->weights, 3, pitch, width, average); break;
        default: average_row(row, across->starts, across->weights, across->taps, pitch, width, average);
        }
      }
      for (size_t x = 0; x < width; x += CK_LANES) {
        const lanes weighted = weight * load(average + x);
        store(sums + x, t == 0 ? weighted : load(sums + x) + weighted);
      }
    }
    uint8_t *pixels = target + y * width;
    for (size_t x = 0; x < width; x += CK_LANES) {
      // Floats of this size have no binary places left, so adding it rounds, halves to even.
      const float rounder = 0x1.8p23f;
      const lanes rounded = smaller(load(sums + x) + rounder - rounder, splat(255));
      const byte_lanes bytes = __builtin_convertvector(__builtin_convertvector(rounded, int_lanes), byte_lanes);
      const size_t left = width - x < CK_LANES ? width - x : CK_LANES;
      __builtin_memcpy(pixels + x, &bytes, left);
    }
  }
}

CK_CLONES
void ck_resize_area(
    const uint8_t *source, size_t source_width, size_t source_pitch, const ck_area_axis *across,
    const ck_area_axis *down, size_t first_row, size_t end_row, float *scratch, uint8_t *target) {
  resize_area(source, source_width, source_pitch, across, down, first_row, end_row, scratch, target);
}
