#pragma once
#include <stdint.h>

// A C interface to the parts of OpenCV's core and imgproc that Misfire uses. Pictures are 8-bit, row by row: grey (one
// byte a pixel) or BGR (three). Every function returns 0, or an error code, with the library's message in `error`.

#ifdef __cplusplus
extern "C" {
#endif

enum {
  copencv_success = 0,
  /// OpenCV or the C++ library threw an exception.
  copencv_exception = 1,
  copencv_out_of_memory = 2,
};

typedef struct copencv_error {
  /// UTF-8, NUL-terminated, truncated if it is too long.
  char message[256];
} copencv_error;

/// Resizes a grey picture with INTER_AREA.
/// `stride` is the distance between two rows of `source` in bytes; `target` holds width × height bytes.
int32_t copencv_resize_area(
    const uint8_t *_Nonnull source, int32_t source_width, int32_t source_height, int64_t stride,
    uint8_t *_Nonnull target, int32_t width, int32_t height, copencv_error *_Nonnull error);

/// The same with INTER_LINEAR.
int32_t copencv_resize_linear(
    const uint8_t *_Nonnull source, int32_t source_width, int32_t source_height, int64_t stride,
    uint8_t *_Nonnull target, int32_t width, int32_t height, copencv_error *_Nonnull error);

/// Draws the outline of x0..<x1 by y0..<y1 into a BGR picture, in place.
int32_t copencv_draw_rectangle(
    uint8_t *_Nonnull pixels, int32_t width, int32_t height, int32_t x0, int32_t y0, int32_t x1,
    int32_t y1, const uint8_t *_Nonnull bgr, int32_t thickness, copencv_error *_Nonnull error);

/// Fills a polygon of `count` points (x and y of each) in a grey picture with `value`, in place, with antialiased edges.
/// Coordinates are in sixteenths of a pixel; the polygon is clipped to the picture.
int32_t copencv_fill_polygon(
    uint8_t *_Nonnull pixels, int32_t width, int32_t height, const int32_t *_Nonnull points,
    int32_t count, uint8_t value, copencv_error *_Nonnull error);

/// Writes ASCII text whose baseline starts at (x, y) into a BGR picture, in place.
/// At `scale` 1, capitals are about 22 pixels high; `thickness` is the width of the strokes, in pixels.
int32_t copencv_draw_text(
    uint8_t *_Nonnull pixels, int32_t width, int32_t height, const char *_Nonnull text, int32_t x,
    int32_t y, double scale, int32_t thickness, const uint8_t *_Nonnull bgr,
    copencv_error *_Nonnull error);

/// The width of such text, and its height above the baseline, in pixels.
int32_t copencv_text_size(
    const char *_Nonnull text, double scale, int32_t thickness, int32_t *_Nonnull width,
    int32_t *_Nonnull height, copencv_error *_Nonnull error);

/// Maps `count` values to BGR with the Inferno colour map: from black through purple and orange to pale yellow.
int32_t copencv_color_map(
    const uint8_t *_Nonnull values, int64_t count, uint8_t *_Nonnull bgr,
    copencv_error *_Nonnull error);

#ifdef __cplusplus
}
#endif
