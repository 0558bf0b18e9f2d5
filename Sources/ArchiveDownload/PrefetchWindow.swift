/// How far ahead of the sender the checksums of members are found out: so far that the disk is not idle while the client
/// is waiting, not so far that others wait behind work that nobody may need.
struct PrefetchWindow {
  static let memberLimit = 128
  static let byteLimit: UInt64 = 32 << 20

  /// The members that are needed at all, in this order.
  let members: Range<Int>
  /// The first one that was not asked for.
  private var end: Int

  init(_ members: Range<Int>) {
    self.members = members
    end = members.lowerBound
  }

  /// Moves the window to the member that is needed now.
  /// - Parameter offset: where a member begins in the archive; of the first one behind the last, where that ends.
  /// - Returns: the members that the window has reached; none until half of it is used up.
  mutating func advance(to member: Int, _ offset: (Int) -> UInt64) -> Range<Int> {
    guard members.contains(member) else { return 0..<0 }
    let start = max(end, member)
    let behind = offset(member + 1)
    /// Bytes of those that come before `index` and after the member that is needed now.
    func ahead(_ index: Int) -> UInt64 { index > member ? offset(index) - behind : 0 }
    if start > member, start - member > Self.memberLimit / 2 || ahead(start) > Self.byteLimit / 2 { return 0..<0 }
    end = start
    while end < members.upperBound, end - member < Self.memberLimit, ahead(end) < Self.byteLimit { end += 1 }
    return start..<end
  }
}
