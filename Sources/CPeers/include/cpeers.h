#pragma once
// OpenCV through its C++ interface, to measure Misfire's speed against.
#include <stdint.h>

#pragma clang assume_nonnull begin

#ifdef __cplusplus
extern "C" {
#endif

/// The parameters of a cv::HOGDescriptor; sizes are in pixels, unless they count cells.
typedef struct {
  int32_t window_width, window_height, cell_width, cell_height, block_cells_across, block_cells_down;
  int32_t stride_across, stride_down, bins;
  /// Negative for OpenCV's default.
  double window_sigma;
  double clip;
  int32_t gamma_correction, signed_gradients;
} cpeers_hog;

/// A cv::HOGDescriptor with a detector.
typedef struct cpeers_detector cpeers_detector;

/// Makes a detector.
/// - Parameter weights: `weight_count` floats, the bias last.
/// - Returns: null if the number of weights does not match the features of this geometry.
cpeers_detector *_Nullable cpeers_make_detector(
    const cpeers_hog *hog, const float *weights, int32_t weight_count);

/// Loads a detector written by HOGDescriptor::save or by Misfire.
/// - Returns: null if it cannot be loaded.
cpeers_detector *_Nullable cpeers_load_detector(const char *path);
void cpeers_free_detector(cpeers_detector *detector);

/// Runs detectMultiScale on one thread.
/// - Returns: the number of windows found.
int64_t cpeers_detect(
    const cpeers_detector *detector, const uint8_t *pixels, int32_t width, int32_t height,
    double hit_threshold, int32_t stride, double scale);

/// Runs detect on one layer: every window.
/// - Parameters:
///   - places, scores: room for `capacity` windows: x and y of each, and its score.
/// - Returns: the number of windows found, which can exceed `capacity`.
int64_t cpeers_detect_layer(
    const cpeers_detector *detector, const uint8_t *pixels, int32_t width, int32_t height,
    double hit_threshold, int32_t stride, int32_t padding, int32_t *places, double *scores,
    int64_t capacity);

/// Runs compute for the window at (x, y).
/// - Parameters:
///   - dimensions: 1 for grey pixels, 3 for interleaved blue, green and red.
///   - features: room for the features of one window.
void cpeers_describe(
    const cpeers_detector *detector, const uint8_t *pixels, int32_t width, int32_t height,
    int32_t dimensions, int32_t x, int32_t y, float *features);

/// Reads a picture with cv::imread and converts it to grey, on one thread.
/// - Returns: the number of pixels; 0 if it cannot be read.
int64_t cpeers_read_gray(const char *path);

/// The number of allocations that the program has made so far.
int64_t cpeers_allocations(void);

#ifdef __cplusplus
}
#endif

#pragma clang assume_nonnull end
