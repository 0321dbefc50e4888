/// The user ID of a picture's owner: the user that its file belongs to.
package struct PictureOwner: Hashable, Sendable {
  private let userID: UInt32

  package init(userID: UInt32) {
    self.userID = userID
  }
}
