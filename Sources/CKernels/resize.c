#include "lanes.h"

// OpenCV rounds after multiplying and again after adding, and so does this file.
#pragma clang fp contract(off)

typedef uint8_t byte_lanes __attribute__((vector_size(CK_LANES), aligned(1)));

// Transposes columns `first..<end` of CK_LANES rows: one vector for each column, 0 beyond the image.
CK_INLINE void turn(
    const uint8_t *const rows[CK_LANES], size_t first, size_t end, size_t width, float *columns) {
  size_t x = first;
  for (; x < end && x + CK_LANES <= width; x += CK_LANES, columns += CK_LANES * CK_LANES) {
    lanes square[CK_LANES];
    for (int i = 0; i < CK_LANES; i++)
      square[i] = __builtin_convertvector(*(const byte_lanes *)(rows[i] + x), lanes);
    transpose(square);
    for (int i = 0; i < CK_LANES; i++) store(columns + i * CK_LANES, square[i]);
  }
  for (; x < end; x++, columns += CK_LANES)
    for (int i = 0; i < CK_LANES; i++) columns[i] = x < width ? rows[i][x] : 0;
}

// Averages CK_LANES source rows along the row, all at once: entry x of target row i is the weighted sum of `taps`
// pixels of row i, from starts[x] on.
CK_INLINE void average_rows(
    const float *columns, size_t first_column, const ck_area_axis *across, const size_t taps,
    size_t first, size_t end, float *target) {
  for (size_t x = first; x < end; x += CK_LANES) {
    lanes square[CK_LANES];
    for (int i = 0; i < CK_LANES; i++) {
      // Lanes beyond the last pixel compute it again; nothing reads them.
      const size_t pixel = x + (size_t)i < end ? x + (size_t)i : end - 1;
      const float *column = columns + ((size_t)across->starts[pixel] - first_column) * CK_LANES;
      square[i] = load(column) * across->weights[pixel];
      for (size_t t = 1; t < taps; t++)
        square[i] += load(column + t * CK_LANES) * across->weights[t * across->pitch + pixel];
    }
    transpose(square);
    for (int i = 0; i < CK_LANES; i++) store(target + i * CK_AREA_PANEL + (x - first), square[i]);
  }
}

// Averages `taps` rows of averages into one row of pixels.
CK_INLINE void average_down(
    const float *const *rows, const float *weights, const size_t taps, size_t width, uint8_t *target) {
  for (size_t x = 0; x < width; x += CK_LANES) {
    lanes sum = load(rows[0] + x) * weights[0];
    for (size_t t = 1; t < taps; t++) sum += load(rows[t] + x) * weights[t];
    // Floats as large as this have no fractional bits, so adding it rounds to the nearest integer, halves to even.
    const float rounder = 0x1.8p23f;
    const lanes rounded = smaller(sum + rounder - rounder, splat(255));
    const byte_lanes bytes =
        __builtin_convertvector(__builtin_convertvector(rounded, int_lanes), byte_lanes);
    if (x + CK_LANES <= width)
      *(byte_lanes *)(target + x) = bytes;
    else
      for (size_t i = 0; x + i < width; i++) target[x + i] = bytes[i];
  }
}

CK_INLINE void resize_area(
    const uint8_t *source, size_t source_width, size_t source_height, size_t source_pitch,
    const ck_area_axis *across, const ck_area_axis *down, size_t first_row, size_t end_row,
    float *scratch, uint8_t *target) {
  const size_t ring = ck_area_ring(down);
  float *averages = scratch, *columns = scratch + ring * CK_AREA_PANEL;
  for (size_t first = 0; first < across->count; first += CK_AREA_PANEL) {
    const size_t end = first + CK_AREA_PANEL < across->count ? first + CK_AREA_PANEL : across->count;
    const size_t first_column = (size_t)across->starts[first];
    const size_t end_column = (size_t)across->starts[end - 1] + across->taps;
    // The first source row that has not been averaged yet.
    size_t next = (size_t)down->starts[first_row] / CK_LANES * CK_LANES;
    for (size_t y = first_row; y < end_row; y++) {
      size_t last = (size_t)down->starts[y] + down->taps - 1;
      if (last >= source_height) last = source_height - 1;
      for (; next <= last; next += CK_LANES) {
        const uint8_t *rows[CK_LANES];
        for (size_t i = 0; i < CK_LANES; i++)
          rows[i] = source + (next + i < source_height ? next + i : source_height - 1) * source_pitch;
        turn(rows, first_column, end_column, source_width, columns);
        float *band = averages + next % ring * CK_AREA_PANEL;
        switch (across->taps) {
        case 2: average_rows(columns, first_column, across, 2, first, end, band); break;
        case 3: average_rows(columns, first_column, across, 3, first, end, band); break;
        case 4: average_rows(columns, first_column, across, 4, first, end, band); break;
        default: average_rows(columns, first_column, across, across->taps, first, end, band);
        }
      }
      const float *taps[down->taps];
      float weights[down->taps];
      size_t count = 0;
      for (; count < down->taps; count++) {
        weights[count] = down->weights[count * down->pitch + y];
        if (weights[count] == 0) break;
        taps[count] = averages + ((size_t)down->starts[y] + count) % ring * CK_AREA_PANEL;
      }
      uint8_t *pixels = target + y * across->count + first;
      switch (count) {
      case 2: average_down(taps, weights, 2, end - first, pixels); break;
      case 3: average_down(taps, weights, 3, end - first, pixels); break;
      default: average_down(taps, weights, count, end - first, pixels);
      }
    }
  }
}

CK_CLONES
void ck_resize_area(
    const uint8_t *source, size_t source_width, size_t source_height, size_t source_pitch,
    const ck_area_axis *across, const ck_area_axis *down, size_t first_row, size_t end_row,
    float *scratch, uint8_t *target) {
  resize_area(
      source, source_width, source_height, source_pitch, across, down, first_row, end_row, scratch,
      target);
}
