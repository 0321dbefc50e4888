internal import Detection
internal import SystemPackage

/// A folder with one annotation file per picture, of any of three kinds.
struct LabelFiles: Sendable {
  /// The kinds, in the order in which they are tried.
  enum Kind: String, Sendable, CaseIterable {
    case caltech = "mat"
    case voc = "xml"
    case yolo = "txt"
  }

  struct File: Sendable {
    let path: FilePath
    let kind: Kind

    /// - Parameter size: the picture's size in pixels.
    func read(_ size: PixelSize) throws(AnnotationError) -> StatedAnnotation {
      switch kind {
      case .caltech: try CaltechFile.annotation(path)
      case .voc: try VOCFile.annotation(path)
      case .yolo: try YOLOFile.annotation(path, size: size)
      }
    }
  }

  private let folder: FilePath
  private let pictures: [FilePath]
  private let files: [Kind: [FilePath]]
  private let matchings: [Kind: PictureMatching]

  init(
    _ files: [FilePath], in folder: FilePath, of pictures: [FilePath], in pictureFolder: FilePath
  ) {
    self.folder = folder
    self.pictures = pictures
    let byKind = Dictionary(grouping: files) {
      $0.extension.flatMap { Kind(rawValue: $0.lowercased()) }
    }
    var (known, matchings): ([Kind: [FilePath]], [Kind: PictureMatching]) = ([:], [:])
    let depth = pictureFolder.components.count
    for case (let kind?, let files) in byKind {
      known[kind] = files
      matchings[kind] = PictureMatching(
        files.map { path in
          var relative = path
          _ = relative.removePrefix(folder)
          return PictureName(relative, withEnding: false).named(by: kind, isPicture: false)
        },
        to: pictures.map {
          PictureName($0, withEnding: false).named(by: kind, isPicture: true)
        }, depth: depth)
    }
    self.files = known
    self.matchings = matchings
  }

  /// The file of one picture; nil if it has none and that means that the picture has no objects.
  func file(of index: Int) throws(AnnotationError) -> File? {
    var elsewhere: [FilePath] = []
    for kind in Kind.allCases {
      guard let matching = matchings[kind], let files = files[kind] else { continue }
      switch matching.matches[index] {
      case .annotation(let file):
        return File(path: files[file], kind: kind)
      case .either(let candidates):
        throw AnnotationError(
          folder,
          "\(candidates.map { files[$0].string }.joined(separator: " and ")) could each belong to \(name(of: index)); "
            + "put them into the same folders as the pictures")
      case .contested(let file, with: let other):
        throw AnnotationError(
          files[file],
          "it could belong to \(pictures[index]) or to \(pictures[other]); "
            + (pictures[index].removingLastComponent() == pictures[other].removingLastComponent()
              ? "rename the one that it does not belong to"
              : "put it into the same folder as its picture"))
      case .none(let others):
        elsewhere += others.filter(matching.unused.contains).map { files[$0] }
      }
    }
    if let file = elsewhere.first {
      throw AnnotationError(
        file,
        "it has the name of \(pictures[index]), but is in another folder; put both into folders of the same name, "
          + "or remove it")
    }
    // YOLO data sets have no file for a picture without objects.
    if Set(files.keys) == [.yolo] { return nil }
    throw AnnotationError(
      folder,
      "\(name(of: index)) has no annotation: there is none of "
        + Kind.allCases.map { "\(stem(of: index, for: $0)).\($0.rawValue)" }.joined(separator: ", ")
        + "; add one, or remove the picture")
  }

  /// A file that belongs to a picture and is not Pascal VOC; nil if there is none.
  var firstOfOtherKind: FilePath? {
    for kind in Kind.allCases where kind != .voc {
      for match in matchings[kind]?.matches ?? [] {
        if case .annotation(let file) = match { return files[kind]?[file] }
      }
    }
    return nil
  }

  private func name(of index: Int) -> String { pictures[index].lastComponent?.string ?? "" }

  private func stem(of index: Int, for kind: Kind) -> String {
    let name = PictureName(pictures[index], withEnding: false).named(by: kind, isPicture: true).text
    return kind == .caltech ? "annotation_\(name)" : name
  }
}

extension PictureName {
  /// The part of the name that a picture shares with its file of this kind; in Caltech-101, the number.
  fileprivate func named(by kind: LabelFiles.Kind, isPicture: Bool) -> PictureName {
    guard kind == .caltech else { return self }
    let prefix = Array("annotation_".utf8)
    let shared =
      isPicture
      ? bytes.split(separator: UInt8(ascii: "_")).last.map(Array.init) ?? bytes
      : bytes.starts(with: prefix) ? Array(bytes.dropFirst(prefix.count)) : []
    return PictureName(bytes: shared, folders: folders, whole: whole)
  }
}
