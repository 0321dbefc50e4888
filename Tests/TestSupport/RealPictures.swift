package import Foundation

/// The real pictures beside the project's folder, if present.
package enum RealPictures {
  /// The folder with cars.json, car_side and scenes; nil if it does not exist.
  package static let folder: URL? = {
    let folder = Python.packageFolder.deletingLastPathComponent().appending(path: "shared/data")
    return FileManager.default.fileExists(atPath: folder.appending(path: "cars.json").path)
      ? folder : nil
  }()

  /// The pictures without cars, sorted by name.
  package static func scenes() throws -> [URL] {
    guard let folder else { return [] }
    return try FileManager.default.contentsOfDirectory(
      at: folder.appending(path: "scenes"), includingPropertiesForKeys: nil
    ).sorted { $0.path < $1.path }
  }
}
