internal import Glibc
package import SystemPackage

extension FilePath {
  /// How many links are followed in one path, as in the kernel.
  private static let linkLimit = 40

  /// Where this path leads: every symbolic link in it is followed, even one to something that does not exist yet.
  ///
  /// Anything after the last existing part stays as written.
  package var withLinksFollowed: FilePath {
    var real = FilePath(root: root, [])
    var pending = Array(components.reversed())
    var linksLeft = Self.linkLimit
    while let component = pending.popLast() {
      switch component.kind {
      case .currentDirectory: continue
      case .parentDirectory: real.removeLastComponent()
      case .regular:
        let next = real.appending(component)
        guard linksLeft > 0, let target = next.linkTarget else {
          real = next
          continue
        }
        linksLeft -= 1
        if target.isAbsolute { real = FilePath(root: target.root, []) }
        pending += target.components.reversed()
      }
    }
    return real
  }

  /// The target of a symbolic link; nil if this is not one.
  private var linkTarget: FilePath? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX) + 1) { buffer in
      let count = unsafe withPlatformString {
        unsafe readlink($0, buffer.baseAddress!, Int(PATH_MAX))
      }
      guard count > 0 else { return nil }
      unsafe buffer[count] = 0
      return unsafe FilePath(platformString: buffer.baseAddress!)
    }
  }
}
