#pragma once
// What Misfire's speed is measured against: OpenCV itself, through its C++ interface.
#include <stdint.h>

#pragma clang assume_nonnull begin

#ifdef __cplusplus
extern "C" {
#endif

/// What a cv::HOGDescriptor is made with; sizes in pixels.
typedef struct {
  int32_t window_width, window_height, cell_width, cell_height, block_cells_across, block_cells_down;
  int32_t stride_across, stride_down, bins;
  /// Below 0: OpenCV's own.
  double window_sigma;
  double clip;
  int32_t gamma_correction, signed_gradients;
} cpeers_hog;

/// A cv::HOGDescriptor with a detector.
typedef struct cpeers_detector cpeers_detector;

/// - Parameter weights: `weight_count` floats, the bias last.
/// - Returns: null where the geometry has another number of features than there are weights.
cpeers_detector *_Nullable cpeers_make_detector(
    const cpeers_hog *hog, const float *weights, int32_t weight_count);

/// Loads a detector that HOGDescriptor::save or Misfire has written.
/// - Returns: null where it cannot be loaded.
cpeers_detector *_Nullable cpeers_load_detector(const char *path);
void cpeers_free_detector(cpeers_detector *detector);

/// Runs detectMultiScale on one thread.
/// - Returns: how many windows it found.
int64_t cpeers_detect(
    const cpeers_detector *detector, const uint8_t *pixels, int32_t width, int32_t height,
    double hit_threshold, int32_t stride, double scale);

/// Runs detect: one layer, every window.
/// - Parameters:
///   - places, scores: room for `capacity` windows: x and y of each, and its score.
/// - Returns: how many windows there are.
int64_t cpeers_detect_layer(
    const cpeers_detector *detector, const uint8_t *pixels, int32_t width, int32_t height,
    double hit_threshold, int32_t stride, int32_t padding, int32_t *places, double *scores,
    int64_t capacity);

/// Runs compute for the window at (x, y), of greys, or of blue, green and red where there are 3 dimensions.
/// - Parameter features: room for as many as a window has.
void cpeers_describe(
    const cpeers_detector *detector, const uint8_t *pixels, int32_t width, int32_t height,
    int32_t dimensions, int32_t x, int32_t y, float *features);

/// Reads a picture as cv::imread does and makes it grey, on one thread.
/// - Returns: its number of pixels, 0 where it cannot be read.
int64_t cpeers_read_gray(const char *path);

/// How many blocks of memory the program has allocated so far.
int64_t cpeers_allocations(void);

#ifdef __cplusplus
}
#endif

#pragma clang assume_nonnull end
