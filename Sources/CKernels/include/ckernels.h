#pragma once
// The hot loops of a scan, vectorised over adjacent cells, blocks or windows.
//
// Every array here is row-major, and its innermost index runs along a row of the picture; a pitch is the
// distance between two such rows, in elements. Counts of cells, blocks and windows are rounded up to whole
// vectors of CK_LANES: the caller leaves room for the excess, which nothing reads.
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum { CK_LANES = 8 };

/// A count, rounded up to whole vectors.
#define CK_ROUNDED_UP(count) (((count) + CK_LANES - 1) / CK_LANES * CK_LANES)

/// The bins of unsigned gradient directions.
typedef struct {
  /// The number of bins over 180 degrees.
  int32_t orientations;
  /// The number of boundaries strictly between 0 and 90 degrees, and their cosines and sines.
  int32_t boundary_count;
  const float *boundary_cosines;
  const float *boundary_sines;
  /// The boundaries in degrees, `orientations + 1` of them.
  const double *boundaries;
  /// The bin of a vertical gradient, at 90 degrees.
  int32_t upright_bin;
  /// The factor that turns a fixed-point value into the grey value or its square root.
  double unit;
  /// Whether the fixed-point values are square roots of grey values.
  int32_t square_root;
} ck_directions;

/// Maps a row of grey values through a table and groups them by their column within a cell:
/// target[j * pitch + c] = table[pixels[c * cell_columns + j]] for every pixel of the row.
void ck_spread(
    const uint8_t *pixels, size_t count, const int32_t *table, size_t cell_columns, int32_t *target,
    size_t pitch);

/// The versions of a cell along one axis, by the edges of the window that it touches.
enum { CK_FIRST, CK_INSIDE, CK_LAST, CK_FIRST_AND_LAST };

/// Computes the gradient histograms of a row of cells, in all the versions that windows need.
///
/// A cell has nine zones: its first, inner and last rows by its first, inner and last columns. Pixels on the
/// window's outermost ring lose their vertical gradient in a first or last row, and their horizontal gradient in
/// a first or last column. So each version is a sum over the zones inside, plus what is left of those on the ring.
///
/// - rows: `cell_rows + 2` rows written by ck_spread, from the row above the cells to the row below; each must be
///   readable from one value before it to one value after `count` (rounded up).
/// - row_versions, column_versions: 3, or 4 if a window is a single cell high or wide.
/// - scratch: room for 9 * (orientations + 3) * CK_LANES floats.
/// - histograms: [row version][column version][bin][cell], sums of magnitudes in fixed-point units; the last bin
///   is followed by the sum of all bins.
void ck_histograms(
    const ck_directions *directions, const int32_t *_Nonnull const *_Nonnull rows, size_t pitch,
    size_t cell_rows, size_t cell_columns, size_t count, size_t row_versions, size_t column_versions,
    float *scratch, float *histograms, size_t histogram_pitch);

/// The norm a block is divided by.
typedef enum { CK_L1, CK_L1_SQRT, CK_L2, CK_L2_HYS } ck_norm;

/// A feature of 1, as a 16-bit integer.
enum { CK_UNIT = 32767 };

/// Normalises a row of blocks and rounds their features to 16 bits.
///
/// - cells: one pointer for each cell of a block, to its histograms from ck_histograms, [bin][block].
/// - epsilon: keeps empty blocks from being divided by zero, in the histograms' unit.
/// - pairs: [pair of features][block]: features in 0...CK_UNIT, in the order [cell][bin], two in one number, the first
///   in the lower half; if the number of features is odd, the last upper half is 0.
void ck_blocks(
    const float *_Nonnull const *_Nonnull cells, size_t cell_count, size_t orientations, size_t cell_pitch,
    ck_norm norm, float epsilon, size_t count, int32_t *pairs, size_t pitch);

/// Adds the contribution of a row of blocks to the margins of the windows that contain it.
///
/// The same blocks are in several rows of windows; each row of windows applies another row of its weights to them. Sums
/// are exact in any order, as long as none overflows 32 bits; the weights must ensure that.
///
/// - columns: for each block column of a window, the pairs of features of its blocks, [pair][window].
/// - weights: [window row][block column][pair], paired like the features; the rows are `weight_pitch` apart.
/// - units: for each row of weights, the factor for its sums, `unit_pitch` apart.
/// - margins: one row of margins for each row of weights.
void ck_add_margins(
    const int32_t *_Nonnull const *_Nonnull columns, size_t column_count, size_t pair_count,
    size_t pitch, const int32_t *weights, size_t weight_pitch, const float *units, size_t unit_pitch,
    float *_Nonnull const *_Nonnull margins, size_t row_count, size_t count);

/// Computes the margins of some windows of one row, without the bias, in single precision; sums over blocks are in double.
///
/// The lanes are adjacent blocks of one window, and each weight serves four windows.
///
/// - rows: for each cell row of the windows, its row version from ck_histograms: [column version][bin, sum][cell].
/// - column_versions: the column version of each of a window's cells; all but the first and the last are the same.
/// - weights: [block row][cell row][cell column][bin][block column], the innermost padded with 0 to whole vectors.
/// - windows: the column of each window's first cell; 2 * CK_LANES cells beyond its last must be readable.
/// - margins: one for each of the `count` windows.
void ck_window_margins(
    const float *_Nonnull const *_Nonnull rows, size_t cell_rows, const intptr_t *column_versions,
    size_t cell_columns, size_t version_size, size_t pitch, size_t block_rows, size_t block_columns,
    size_t orientations, ck_norm norm, float epsilon, const float *weights, const intptr_t *windows,
    size_t count, double *margins);

/// Gathers the cells of one window from rows of cells.
///
/// - rows: for each cell row of the window, its row version from ck_histograms: [column version][bin][cell].
/// - column_versions: the column version of each of the window's cells.
/// - cells: [cell row][cell column][bin].
/// - shares: what each cell adds to the norm of its blocks: the sum of its bins, or of their squares.
void ck_gather_cells(
    const float *_Nonnull const *_Nonnull rows, size_t row_count, const intptr_t *column_versions,
    size_t column_count, size_t version_size, size_t orientations, size_t pitch, ck_norm norm,
    float *cells, float *shares);

/// Computes the gradient histograms of one row of cells of a window that is an image of its own.
///
/// - rows: as for ck_histograms, but values beyond the window's edge repeat the inner neighbour of each pixel on the
///   ring, so that its gradient across the edge is 0.
/// - cells, shares: as for ck_gather_cells.
void ck_window_cells(
    const ck_directions *directions, const int32_t *_Nonnull const *_Nonnull rows, size_t pitch,
    size_t cell_rows, size_t cell_columns, size_t count, ck_norm norm, float *cells, float *shares);

/// Computes the features of one window: [block row][block column][cell row][cell column][bin].
///
/// - cells, shares: from ck_gather_cells or ck_window_cells.
/// - epsilon: as for ck_blocks.
void ck_window_features(
    const float *cells, const float *shares, size_t cell_rows, size_t cell_columns, size_t block_rows,
    size_t block_columns, size_t orientations, ck_norm norm, float epsilon, float *features);

/// How pixels along one axis average the pixels of a larger image.
typedef struct {
  /// The number of pixels, and the distance between two rows of weights.
  size_t count, pitch;
  /// The most source pixels averaged into one: those from `starts` on, by `weights` ([tap][pixel], 0 for unused taps).
  size_t taps;
  const int32_t *starts;
  const float *weights;
} ck_area_axis;

/// The width of a panel: how many adjacent pixels of the smaller image are computed together.
enum { CK_AREA_PANEL = 128 };

/// How many rows of averages can be in use at once: a band of CK_LANES source rows, and the taps of the row above it.
static inline size_t ck_area_ring(const ck_area_axis *down) {
  return (down->taps + 2 * CK_LANES - 2) / CK_LANES * CK_LANES;
}

/// Computes rows `first_row..<end_row` of a smaller image, as OpenCV's INTER_AREA does for factors that are not integers.
///
/// Eight source rows are transposed, so that eight averages along the rows are computed at once for any factor, then
/// transposed back and averaged downwards.
///
/// - scratch: room for ck_area_ring(down) * CK_AREA_PANEL + (source_width + across->taps + CK_LANES) * CK_LANES floats.
/// - target: `across->count * down->count` bytes.
void ck_resize_area(
    const uint8_t *source, size_t source_width, size_t source_height, size_t source_pitch,
    const ck_area_axis *across, const ck_area_axis *down, size_t first_row, size_t end_row,
    float *scratch, uint8_t *target);

#pragma clang assume_nonnull end
