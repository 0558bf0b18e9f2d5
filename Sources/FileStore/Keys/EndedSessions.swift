internal import HTTPSemantics

/// Sessions that were ended before their time, until that comes: a cookie that somebody kept is worth nothing then.
public final class EndedSessions: Sendable {
  /// The most that are remembered; beyond, those are forgotten whose time comes first.
  static let capacity = 10_000

  private let document: SharedDocument<[String: Int64]>

  /// Those of a data folder.
  public init(in folder: PrivateFolder) {
    document = SharedDocument(in: folder, named: "ended-sessions.json", empty: [:]) { json in
      guard case .object(let members)? = json["ended"] else { return nil }
      return Dictionary(members.compactMap { entry in entry.value.intValue.map { (entry.name, $0) } }) { _, last in last
      }
    } encode: { ended in
      let members = ended.map { JSONValue.Member(name: $0.key, value: .int($0.value)) }
      return ["v": 1, "ended": .object(members)]
    }
  }

  /// Whether a session was ended, by its nonce.
  public func contains(_ nonce: String) throws(StoreError) -> Bool {
    try document.current()[nonce] != nil
  }

  /// Ends a session.
  /// - Parameters:
  ///   - expires: when it would have ended by itself, in seconds since 1970.
  ///   - now: those whose time has come are forgotten.
  public func add(_ nonce: String, expires: Int64, now: Int64) throws(StoreError) {
    try document.change { (ended) throws(StoreError) in
      ended = ended.filter { $0.value > now }
      if ended.count >= Self.capacity, let first = ended.min(by: { $0.value < $1.value })?.key { ended[first] = nil }
      ended[nonce] = expires
    }
  }
}
