#include "ckernels.h"

void ck_spread(
    const uint8_t *pixels, size_t count, const int32_t *table, size_t cell_columns, int32_t *target,
    size_t pitch) {
  if (cell_columns == 4) {
    const size_t cells = count / 4;
    for (size_t c = 0; c < cells; c++)
      for (size_t j = 0; j < 4; j++) target[j * pitch + c] = table[pixels[4 * c + j]];
    for (size_t x = 4 * cells; x < count; x++) target[(x % 4) * pitch + x / 4] = table[pixels[x]];
    return;
  }
  size_t j = 0, c = 0;
  for (size_t x = 0; x < count; x++) {
    target[j * pitch + c] = table[pixels[x]];
    if (++j == cell_columns) j = 0, c++;
  }
}
