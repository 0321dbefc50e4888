#include "readers.hpp"

#include <cstring>
#include <gif_lib.h>
#include <memory>
#include <stdexcept>
#include <vector>

namespace {

struct Bytes {
  const uint8_t *next;
  size_t count;
};

int read(GifFileType *file, GifByteType *target, int count) {
  auto &bytes = *(Bytes *)file->UserData;
  const size_t given = std::min((size_t)std::max(count, 0), bytes.count);
  std::memcpy(target, bytes.next, given);
  bytes.next += given;
  bytes.count -= given;
  return (int)given;
}

void check(bool succeeded, int error) {
  if (succeeded) return;
  const char *words = GifErrorString(error);
  throw std::runtime_error(words != nullptr ? words : "giflib gives no reason");
}

/// The colour of `index`; grey if there is no colour table, as in OpenCV.
cv::Vec3b color(const ColorMapObject *map, int index) {
  if (map == nullptr) {
    const uint8_t grey = index == 1 ? 255 : (uint8_t)index;
    return {grey, grey, grey};
  }
  if (index >= map->ColorCount) throw std::runtime_error("a pixel has a colour that no table has");
  const GifColorType &entry = map->Colors[index];
  return {entry.Blue, entry.Green, entry.Red};
}

/// Reads an extension and returns the transparent colour: the extension's own, or `transparent` if it sets none.
int readExtension(GifFileType *file, int transparent) {
  int code = 0;
  GifByteType *block = nullptr;
  check(DGifGetExtension(file, &code, &block) == GIF_OK, file->Error);
  while (block != nullptr) {
    GraphicsControlBlock control;
    if (code == GRAPHICS_EXT_FUNC_CODE && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
      transparent = control.TransparentColor;
    }
    check(DGifGetExtensionNext(file, &block) == GIF_OK, file->Error);
  }
  return transparent;
}

/// Draws the next frame onto `canvas`; transparent pixels leave it unchanged.
void readFrame(GifFileType *file, int transparent, cv::Mat &canvas) {
  check(DGifGetImageDesc(file) == GIF_OK, file->Error);
  const GifImageDesc &frame = file->Image;
  if (frame.Width < 1 || frame.Height < 1 || frame.Left < 0 || frame.Top < 0 ||
      frame.Left > canvas.cols - frame.Width || frame.Top > canvas.rows - frame.Height) {
    throw std::runtime_error("the first frame lies beyond the picture's edge");
  }
  const ColorMapObject *map = frame.ColorMap != nullptr ? frame.ColorMap : file->SColorMap;
  std::vector<GifPixelType> line((size_t)frame.Width);
  struct Pass {
    int first, step;
  };
  const std::vector<Pass> passes =
      frame.Interlace ? std::vector<Pass>{{0, 8}, {4, 8}, {2, 4}, {1, 2}} : std::vector<Pass>{{0, 1}};
  for (const Pass &pass : passes) {
    for (int y = pass.first; y < frame.Height; y += pass.step) {
      check(DGifGetLine(file, line.data(), frame.Width) == GIF_OK, file->Error);
      auto *target = canvas.ptr<cv::Vec3b>(frame.Top + y) + frame.Left;
      for (int x = 0; x < frame.Width; x++) {
        if (line[(size_t)x] != transparent) target[x] = color(map, line[(size_t)x]);
      }
    }
  }
}

}  // namespace

cv::Mat readGIF(const uint8_t *bytes, size_t count) {
  Bytes source{bytes, count};
  int error = 0;
  const std::unique_ptr<GifFileType, void (*)(GifFileType *)> file(
      DGifOpen(&source, read, &error), [](GifFileType *file) { DGifCloseFile(file, nullptr); });
  check(file != nullptr, error);
  // Pixels outside the frame have the background colour.
  const bool hasBackground = file->SColorMap != nullptr && file->SBackGroundColor < file->SColorMap->ColorCount;
  cv::Mat canvas(
      file->SHeight, file->SWidth, CV_8UC3,
      hasBackground ? cv::Scalar(color(file->SColorMap, file->SBackGroundColor)) : cv::Scalar());
  int transparent = NO_TRANSPARENT_COLOR;
  while (true) {
    GifRecordType kind = UNDEFINED_RECORD_TYPE;
    check(DGifGetRecordType(file.get(), &kind) == GIF_OK, file->Error);
    switch (kind) {
      case EXTENSION_RECORD_TYPE:
        transparent = readExtension(file.get(), transparent);
        break;
      case IMAGE_DESC_RECORD_TYPE:
        readFrame(file.get(), transparent, canvas);
        return canvas;
      default:
        throw std::runtime_error("there is no picture in it");
    }
  }
}
