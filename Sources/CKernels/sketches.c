#include "sketches.h"
#include "lanes.h"

#include <string.h>

enum { GROUP = 64, LEVELS = 16 };

// Splits 16 adjacent columns into even and odd ones, which share a word in pairs.
CK_INLINE void split_pairs(lanes first, lanes second, lanes *even, lanes *odd) {
  *even = __builtin_shufflevector(first, second, 0, 2, 4, 6, 8, 10, 12, 14);
  *odd = __builtin_shufflevector(first, second, 1, 3, 5, 7, 9, 11, 13, 15);
}

// The levels of a vector of columns; adds their squared errors to `errors`.
CK_INLINE int_lanes levels_of(lanes values, float least, float unit, float levels, lanes *errors) {
  const lanes height = values - least;
  // Truncation after adding 0.5 rounds to nearest, because no height is negative.
  const int_lanes level = __builtin_convertvector(height * levels + 0.5f, int_lanes);
  const lanes error = height - to_floats(level) * unit;
  *errors += error * error;
  return level;
}

// Finds the smallest and the largest of some values.
CK_INLINE void find_range(const float *values, size_t count, float *least, float *largest) {
  // Several accumulators, because a single one would wait for itself. Comparing is faster than a minimum that handles NaN.
  enum { WAYS = 4 };
  lanes low[WAYS], high[WAYS];
  size_t c = 0;
  for (int i = 0; i < WAYS; i++) low[i] = high[i] = splat(values[0]);
  for (; c + WAYS * CK_LANES <= count; c += WAYS * CK_LANES) {
    for (int i = 0; i < WAYS; i++) {
      const lanes v = load(values + c + (size_t)i * CK_LANES);
      low[i] = blend(v < low[i], v, low[i]);
      high[i] = blend(v > high[i], v, high[i]);
    }
  }
  *least = *largest = values[0];
  for (int i = 0; i < WAYS * CK_LANES; i++) {
    const float l = low[i / CK_LANES][i % CK_LANES], h = high[i / CK_LANES][i % CK_LANES];
    *least = l < *least ? l : *least;
    *largest = h > *largest ? h : *largest;
  }
  for (; c < count; c++) {
    *least = values[c] < *least ? values[c] : *least;
    *largest = values[c] > *largest ? values[c] : *largest;
  }
}

CK_INLINE ck_sketch sketch_row(const float *row, size_t columns, uint32_t *words) {
  float least, largest;
  find_range(row, columns, &least, &largest);
  const float unit = (largest - least) / (LEVELS - 1);
  // If all values are equal, or nearly so, all levels are 0.
  const float levels = unit > 1e-30f ? 1 / unit : 0;

  lanes errors = splat(0);
  float rest[GROUP];
  for (size_t first = 0; first < columns; first += GROUP, words += CK_LANES) {
    const float *values = row + first;
    if (columns - first < GROUP) {
      // Padded with values of level 0, which have no error.
      for (size_t i = 0; i < GROUP; i++) rest[i] = first + i < columns ? values[i] : least;
      values = rest;
    }
    int_lanes packed = {0};
    for (int k = 0; k < 4; k++) {
      lanes even, odd;
      split_pairs(load(values + 16 * k), load(values + 16 * k + CK_LANES), &even, &odd);
      packed |= (levels_of(even, least, unit, levels, &errors)
                 | levels_of(odd, least, unit, levels, &errors) << 16) << (4 * k);
    }
    memcpy(words, &packed, sizeof packed);
  }
  float squared_error = 0;
  for (int i = 0; i < CK_LANES; i++) squared_error += errors[i];
  return (ck_sketch){.least = least, .unit = unit, .squared_error = squared_error};
}

CK_INLINE int32_t sketch_product(const uint32_t *words, size_t word_count, const int16_t *vector) {
  int_lanes sum = {0};
  for (size_t word = 0; word < word_count; word += CK_LANES, vector += GROUP) {
    const int_lanes packed = load_ints((const int32_t *)(words + word));
    for (int k = 0; k < 4; k++) {
      int_lanes pairs;
      memcpy(&pairs, vector + 16 * k, sizeof pairs);
      sum += multiply_pairs(packed >> (4 * k) & 0x000f000f, pairs);
    }
  }
  int32_t product = 0;
  for (int i = 0; i < CK_LANES; i++) product += sum[i];
  return product;
}

CK_CLONES
ck_sketch ck_sketch_row(const float *row, size_t columns, uint32_t *words) {
  return sketch_row(row, columns, words);
}

CK_CLONES
int32_t ck_sketch_product(const uint32_t *words, size_t word_count, const int16_t *vector) {
  return sketch_product(words, word_count, vector);
}
