internal import ArgumentParser
internal import Detecting
internal import Durable
internal import Files
internal import Mining
internal import Pictures
internal import SystemPackage

/// Where an option puts drawings.
struct DrawingPlace {
  private enum Place {
    case file(FilePath)
    case folder(FilePath)
  }

  private let place: Place

  private static let endings: Set<String> = ["png", "jpg", "jpeg"]

  /// - Parameters:
  ///   - text: a picture's file where one picture is named, otherwise a folder.
  ///   - option: for messages.
  /// - Throws: if a file is named for several pictures, or one of another format.
  init(_ text: String, option: String, isForOnePicture: Bool) throws {
    let path = FilePath.argument(text)
    guard FolderIdentity(of: path) == nil, !text.hasSuffix("/"), let ending = path.extension else {
      place = .folder(path)
      return
    }
    let isPicture = Self.endings.contains(ending.lowercased())
    guard isPicture == isForOnePicture else {
      throw ValidationError(
        isPicture
          ? "\(option) \(text) is one file: for several pictures give a folder"
          : "\(option) \(text): drawings are .png or .jpg; for a folder of that name write \(text)/"
      )
    }
    place = isPicture ? .file(path) : .folder(path)
  }

  /// The folder, or the file's.
  var folder: FilePath {
    switch place {
    case .file(let path):
      path.removingLastComponent().isEmpty ? "." : path.removingLastComponent()
    case .folder(let path): path
    }
  }

  /// Where the drawing of a picture goes: in a folder under its own name, with .png appended unless it is PNG or JPEG.
  func path(for picture: NamedPicture) -> FilePath {
    switch place {
    case .file(let path): return path
    case .folder(let folder):
      let path = folder.appending(picture.name.components)
      let ending = path.extension?.lowercased() ?? ""
      return Self.endings.contains(ending) ? path : path.sibling(".png")
    }
  }

  /// Refuses to draw several pictures into one file, or over an existing file.
  func require(_ pictures: [NamedPicture], isOverwriting: Bool) throws {
    var drawn: [FilePath: FilePath] = [:]
    for picture in pictures {
      let target = path(for: picture)
      if let other = drawn.updateValue(picture.path, forKey: target) {
        throw ValidationError(
          "\(other) and \(picture.path) would both be drawn as \(target): draw into different folders"
        )
      }
    }
    guard !isOverwriting else { return }
    for picture in pictures { try ObjectFinder.requireFree(path(for: picture)) }
  }
}
