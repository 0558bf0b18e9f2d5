/// Who sends a request, where another service has made sure of that: it needs no signature then. All else is as for a
/// request that is signed with the account's key.
public struct VerifiedSender: Equatable, Sendable {
  /// The account, by its access key.
  public let account: String
  /// The beginning of the path that belongs to the other service, without a last slash.
  public let mount: String
  /// The name of a query parameter that belongs to the other service, and none of the store's.
  public let ownParameter: String?

  /// - Parameters:
  ///   - account: an access key that is valid at this moment.
  ///   - mount: where the store's own addresses begin: `/store` for `/store/bucket/key`.
  ///   - ownParameter: a query parameter that is not handed on.
  public init(account: String, mount: String, ownParameter: String? = nil) {
    self.account = account
    self.mount = mount
    self.ownParameter = ownParameter
  }

  /// The request target as the store would have got it.
  func target(below raw: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    withoutOwnParameter(withoutMount(raw))
  }

  private func withoutOwnParameter(_ target: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let ownParameter, let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return target }
    let pieces = target[(mark + 1)...].split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    let others = pieces.filter { !$0.starts(with: "\(ownParameter)=".utf8) }
    guard others.count < pieces.count else { return target }
    guard !others.isEmpty else { return target[..<mark] }
    return ArraySlice(target[...mark] + others.joined(separator: CollectionOfOne(UInt8(ascii: "&"))))
  }

  private func withoutMount(_ raw: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard raw.starts(with: mount.utf8) else { return raw }
    let rest = raw.dropFirst(mount.utf8.count)
    guard let first = rest.first, first == UInt8(ascii: "/") else { return [UInt8(ascii: "/")] + rest }
    return rest
  }
}
