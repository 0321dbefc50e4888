#pragma once
// The loops that a scan spends its time in, vectorised over cells, blocks or windows lying side by side.
//
// Every array here is row-major, its innermost index running along a row of the picture; a pitch is the
// distance of two such rows in elements. Counts of cells, blocks and windows are rounded up to whole
// vectors of CK_LANES: the caller leaves room for that, and nothing reads what lands there.
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum { CK_LANES = 8 };

/// A count in whole vectors.
#define CK_ROUNDED_UP(count) (((count) + CK_LANES - 1) / CK_LANES * CK_LANES)

/// Where the bins of unsigned gradient directions begin.
typedef struct {
  /// Bins over 180 degrees.
  int32_t orientations;
  /// How many boundaries lie strictly between 0 and 90 degrees, and their cosines and sines.
  int32_t boundary_count;
  const float *boundary_cosines;
  const float *boundary_sines;
  /// The boundaries in degrees, `orientations + 1` of them.
  const double *boundaries;
  /// The bin of an upright gradient, at 90 degrees.
  int32_t upright_bin;
  /// What a fixed-point value must be multiplied by to give the grey value or its square root.
  double unit;
  /// Whether fixed-point values stand for square roots of grey values.
  int32_t square_root;
} ck_directions;

/// Sorts a row of grey values by their column within a cell, through a table:
/// target[j * pitch + c] = table[pixels[c * cell_columns + j]] for every pixel of the row.
void ck_spread(
    const uint8_t *pixels, size_t count, const int32_t *table, size_t cell_columns, int32_t *target,
    size_t pitch);

/// The versions of a cell along one axis: which edges of its window it lies on.
enum { CK_FIRST, CK_INSIDE, CK_LAST, CK_FIRST_AND_LAST };

/// The gradient histograms of a row of cells, in all the versions in which windows need them.
///
/// A cell's pixels lie in nine zones: its first, inner and last rows by its first, inner and last columns. Those
/// on the window's outermost ring lose their vertical gradient in a first or last row and their horizontal one in
/// a first or last column, so each version is a sum over the zones inside and what is left of those on the ring.
///
/// - rows: `cell_rows + 2` rows spread by ck_spread, from the one above the cells to the one below; each
///   readable from one value before to `count` (rounded up) + 1 values after.
/// - row_versions, column_versions: 3, or 4 where a window is a single cell high or wide.
/// - scratch: room for 9 * (orientations + 3) * CK_LANES floats.
/// - histograms: [row version][column version][bin][cell], sums of magnitudes in fixed-point units; after the
///   last bin the sum of all bins.
void ck_histograms(
    const ck_directions *directions, const int32_t *_Nonnull const *_Nonnull rows, size_t pitch,
    size_t cell_rows, size_t cell_columns, size_t count, size_t row_versions, size_t column_versions,
    float *scratch, float *histograms, size_t histogram_pitch);

/// The norm a block is divided by.
typedef enum { CK_L1, CK_L1_SQRT, CK_L2, CK_L2_HYS } ck_norm;

/// What a feature of 1 is as a 16-bit integer.
enum { CK_UNIT = 32767 };

/// Normalises a row of blocks and rounds their features to 16 bits.
///
/// - cells: what ck_histograms says of the block's cells, [bin][block], one pointer a cell.
/// - epsilon: what keeps empty blocks from being divided by zero, in the histograms' unit.
/// - pairs: [pair of features][block]: each feature in 0...CK_UNIT, in the order [cell][bin], two in one number, the
///   first in its lower half; where their number is odd the last upper half is 0.
void ck_blocks(
    const float *_Nonnull const *_Nonnull cells, size_t cell_count, size_t orientations, size_t cell_pitch,
    ck_norm norm, float epsilon, size_t count, int32_t *pairs, size_t pitch);

/// Adds what a row of blocks contributes to the margins of the windows it lies in.
///
/// The same blocks lie in several rows of windows, each of which weighs them with another row of its weights. Sums are
/// exact, whatever their order, as long as none leaves 32 bits: the weights must see to that.
///
/// - columns: for each block column of a window the pairs of features [pair][window] of its blocks.
/// - weights: [window row][block column][pair], paired like the features, the rows `weight_pitch` apart.
/// - units: for each row of weights what its sums must be multiplied by, `unit_pitch` apart.
/// - margins: one row of margins for each row of weights.
void ck_add_margins(
    const int32_t *_Nonnull const *_Nonnull columns, size_t column_count, size_t pair_count,
    size_t pitch, const int32_t *weights, size_t weight_pitch, const float *units, size_t unit_pitch,
    float *_Nonnull const *_Nonnull margins, size_t row_count, size_t count);

/// The margins of some windows of one row without their bias, in single precision; sums over blocks are in double.
///
/// Blocks of one window lie side by side here, and each weight serves four windows.
///
/// - rows: for each cell row of the windows its row version of ck_histograms: [column version][bin, sum][cell].
/// - column_versions: the column version of each of a window's cells; all but the first and the last are the same.
/// - weights: [block row][cell row][cell column][bin][block column], the innermost rounded up to whole vectors with 0.
/// - windows: the column of the first cell of each; 2 * CK_LANES cells beyond its last may be read.
/// - margins: one for each of the `count` windows.
void ck_window_margins(
    const float *_Nonnull const *_Nonnull rows, size_t cell_rows, const intptr_t *column_versions,
    size_t cell_columns, size_t version_size, size_t pitch, size_t block_rows, size_t block_columns,
    size_t orientations, ck_norm norm, float epsilon, const float *weights, const intptr_t *windows,
    size_t count, double *margins);

/// Gathers the cells of one window out of rows of cells.
///
/// - rows: for each cell row of the window its row version of what ck_histograms left: [column version][bin][cell].
/// - column_versions: the column version of each of the window's cells.
/// - cells: [cell row][cell column][bin].
/// - shares: what each cell adds to the norm of its blocks: the sum of its bins, or of their squares.
void ck_gather_cells(
    const float *_Nonnull const *_Nonnull rows, size_t row_count, const intptr_t *column_versions,
    size_t column_count, size_t version_size, size_t orientations, size_t pitch, ck_norm norm,
    float *cells, float *shares);

/// The gradient histograms of one row of a window's cells, where the window is an image of its own.
///
/// - rows: as for ck_histograms, but beyond the window's edge each pixel of the ring sees its neighbour inside once
///   more, which takes its gradient across the edge away.
/// - cells, shares: as for ck_gather_cells.
void ck_window_cells(
    const ck_directions *directions, const int32_t *_Nonnull const *_Nonnull rows, size_t pitch,
    size_t cell_rows, size_t cell_columns, size_t count, ck_norm norm, float *cells, float *shares);

/// The features of one window: [block row][block column][cell row][cell column][bin].
///
/// - cells, shares: from ck_gather_cells or ck_window_cells.
/// - epsilon: as for ck_blocks.
void ck_window_features(
    const float *cells, const float *shares, size_t cell_rows, size_t cell_columns, size_t block_rows,
    size_t block_columns, size_t orientations, ck_norm norm, float epsilon, float *features);

/// How pixels along one axis average those of a larger image.
typedef struct {
  /// How many there are, and the distance of two rows of weights.
  size_t count, pitch;
  /// Pixels averaged into each, at most: those from `starts` on, by `weights` ([tap][pixel], 0 where there are fewer).
  size_t taps;
  const int32_t *starts;
  const float *weights;
} ck_area_axis;

/// Pixels of the smaller image that are made side by side.
enum { CK_AREA_PANEL = 128 };

/// Rows of averages that a band of CK_LANES source rows and the taps of the row above it may lie in.
static inline size_t ck_area_ring(const ck_area_axis *down) {
  return (down->taps + 2 * CK_LANES - 2) / CK_LANES * CK_LANES;
}

/// Makes rows `first_row..<end_row` of a smaller image, as OpenCV's INTER_AREA does for factors that are not whole.
///
/// Eight source rows are turned into columns, so that eight averages along the rows are made at once whatever the
/// factor, turned back and averaged downwards.
///
/// - scratch: room for ck_area_ring(down) * CK_AREA_PANEL + (source_width + across->taps + CK_LANES) * CK_LANES floats.
/// - target: `across->count * down->count` bytes.
void ck_resize_area(
    const uint8_t *source, size_t source_width, size_t source_height, size_t source_pitch,
    const ck_area_axis *across, const ck_area_axis *down, size_t first_row, size_t end_row,
    float *scratch, uint8_t *target);

#pragma clang assume_nonnull end
