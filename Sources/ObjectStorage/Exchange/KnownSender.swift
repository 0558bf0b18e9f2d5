/// Who sends a request, where another door has made sure of that: it needs no signature then. All else is as for a
/// request that is signed with the account's key.
public struct KnownSender: Equatable, Sendable {
  /// The account, by its access key.
  public let account: String
  /// The beginning of the path that is the other door's, without a last slash.
  public let mount: String

  /// - Parameters:
  ///   - account: an access key that is valid at this moment.
  ///   - mount: where the store's own addresses begin: `/store` for `/store/bucket/key`.
  public init(account: String, mount: String) {
    self.account = account
    self.mount = mount
  }

  /// The request target as the store would have got it.
  func target(below raw: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard raw.starts(with: mount.utf8) else { return raw }
    let rest = raw.dropFirst(mount.utf8.count)
    guard let first = rest.first, first == UInt8(ascii: "/") else { return [UInt8(ascii: "/")] + rest }
    return rest
  }
}
