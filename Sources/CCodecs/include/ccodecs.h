#pragma once
#include "copencv.h"

// The picture codecs as a C interface: OpenCV's imgcodecs, and libraries for what it does not read.

#ifdef __cplusplus
extern "C" {
#endif

enum {
  /// The codec could not decode the bytes, and gave no reason.
  ccodecs_undecodable = 16,
  /// The data end before the end of the picture.
  ccodecs_cut_short = 17,
  /// The library is there, but lacks the codec.
  ccodecs_no_codec = 18,
};

/// The codec to decode with.
enum {
  /// PNG, BMP, WebP, PNM, TIFF, JPEG 2000.
  ccodecs_opencv = 0,
  /// libjpeg; OpenCV uses it too, but does not check that all rows were there.
  ccodecs_jpeg = 1,
  /// giflib; OpenCV reads no GIF before 4.11.
  ccodecs_gif = 2,
  /// libwebp; OpenCV refuses animations before 4.11.
  ccodecs_webp_animation = 3,
  /// libheif: HEIC and AVIF.
  ccodecs_heif = 4,
};

/// A decoded picture; free it with `ccodecs_picture_free`.
typedef struct ccodecs_picture ccodecs_picture;

/// Decodes the first picture in `bytes` as `cv::imread` does with IMREAD_COLOR (8 bits a channel, no alpha) or, if `grey`
/// is not 0, with IMREAD_GRAYSCALE, and applies the EXIF `orientation` (1...8). For PNG and TIFF, OpenCV applies the
/// orientation in the file, whatever `orientation` is.
/// On success, the caller frees `*picture`; otherwise it is NULL. After `ccodecs_cut_short`, `*missing_rows` of the
/// picture's rows are missing, or only coarse.
int32_t ccodecs_decode(
    int32_t codec, const uint8_t *_Nonnull bytes, int64_t count, int32_t grey, int32_t orientation,
    ccodecs_picture *_Nullable *_Nonnull picture, int32_t *_Nonnull missing_rows,
    copencv_error *_Nonnull error);

int32_t ccodecs_picture_width(const ccodecs_picture *_Nonnull picture);
int32_t ccodecs_picture_height(const ccodecs_picture *_Nonnull picture);

/// Writes the picture as grey into width × height bytes; colours are weighted as `cv::COLOR_BGR2GRAY` does.
int32_t ccodecs_picture_grey(
    const ccodecs_picture *_Nonnull picture, uint8_t *_Nonnull pixels,
    copencv_error *_Nonnull error);

/// Writes the picture as BGR into 3 × width × height bytes.
int32_t ccodecs_picture_bgr(
    const ccodecs_picture *_Nonnull picture, uint8_t *_Nonnull pixels,
    copencv_error *_Nonnull error);

/// Writes three planes, blue, green and red, into 3 × width × height bytes.
int32_t ccodecs_picture_colors(
    const ccodecs_picture *_Nonnull picture, uint8_t *_Nonnull values,
    copencv_error *_Nonnull error);

void ccodecs_picture_free(ccodecs_picture *_Nullable picture);

/// An encoded picture; free it with `ccodecs_bytes_free`.
typedef struct ccodecs_bytes ccodecs_bytes;

/// Encodes a grey (`channels` 1) or BGR (3) picture. `extension` selects the format, as in OpenCV: ".png" or ".jpg";
/// `quality`, in 0...100, applies to JPEG only.
/// On success, the caller frees `*bytes`; otherwise it is NULL.
int32_t ccodecs_encode(
    const uint8_t *_Nonnull pixels, int32_t width, int32_t height, int32_t channels,
    const char *_Nonnull extension, int32_t quality, ccodecs_bytes *_Nullable *_Nonnull bytes,
    copencv_error *_Nonnull error);

/// The encoded bytes, valid until they are freed.
const uint8_t *_Nonnull ccodecs_bytes_start(const ccodecs_bytes *_Nonnull bytes);
int64_t ccodecs_bytes_count(const ccodecs_bytes *_Nonnull bytes);

void ccodecs_bytes_free(ccodecs_bytes *_Nullable bytes);

#ifdef __cplusplus
}
#endif
