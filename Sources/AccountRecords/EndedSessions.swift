internal import HTTPSemantics
public import Storage

/// Sessions that were ended before their time, until that comes: a cookie that somebody kept is worth nothing then.
///
/// Each account has a list of its own, of bounded length, so that none can make those of another be forgotten. An account
/// that fills its list ends its older sessions as a whole: nothing that was ended comes back.
public final class EndedSessions: Sendable {
  /// The most sessions of one account that are remembered one by one.
  static let capacity = 64

  /// The name of the document.
  public static let documentName = "ended-sessions.json"

  private let document: JSONDocument<[String: EndedSessionList]>

  /// Those of a storage.
  public init(in store: any DocumentStore) {
    document = JSONDocument(
      in: store, named: Self.documentName, empty: [:], decode: EndedSessionList.lists,
      encode: EndedSessionList.json)
  }

  /// Those that were ended, where that is known without waiting; nil where `read` has to look.
  public var snapshot: EndedSessionLists? { document.snapshot.map { EndedSessionLists($0) } }

  /// Those that were ended.
  public nonisolated(nonsending) func read() async -> EndedSessionLists { EndedSessionLists(await document.current()) }

  /// Looks whether the document is another one than was read, for storages that do not notify of every change.
  public nonisolated(nonsending) func revalidate() async { await document.revalidate() }

  /// Ends a session.
  /// - Parameter now: those whose time has come are forgotten.
  public nonisolated(nonsending) func add(
    _ nonce: String, of account: String, expires: Int64, now: Int64
  ) async throws(StorageError) {
    _ = try await document.change { lists in
      lists = lists.compactMapValues { $0.remaining(at: now) }
      lists[account, default: EndedSessionList()].add(nonce, expires: expires, capacity: Self.capacity)
      return true
    }
  }
}

/// The sessions that were ended, at a moment. Lists that cannot be read are an error, and not lists of none.
public struct EndedSessionLists: Sendable {
  private let lists: Result<[String: EndedSessionList], StorageError>

  init(_ lists: Result<[String: EndedSessionList], StorageError>) {
    self.lists = lists
  }

  /// Whether a session was ended.
  /// - Parameters:
  ///   - nonce: what tells it from others.
  ///   - expires: when it ends by itself, in seconds since 1970.
  public func contains(_ nonce: String, of account: String, expires: Int64) throws(StorageError) -> Bool {
    let lists = try lists.get()
    return [account, EndedSessionList.anybody].contains { lists[$0]?.contains(nonce, expires: expires) ?? false }
  }
}

/// The sessions of one account that were ended.
struct EndedSessionList: Equatable, Sendable {
  /// Whose those are that an earlier version of the program noted, without an account. No key has this name.
  static let anybody = ""

  /// All sessions that end by themselves at this moment or before were ended; nil if only those of the list were.
  private(set) var allUntil: Int64?
  /// When they would have ended by themselves, by nonce.
  private(set) var sessions: [String: Int64] = [:]

  func contains(_ nonce: String, expires: Int64) -> Bool {
    sessions[nonce] != nil || allUntil.map { expires <= $0 } ?? false
  }

  mutating func add(_ nonce: String, expires: Int64, capacity: Int) {
    sessions[nonce] = expires
    guard sessions.count > capacity else { return }
    // The older half goes: with it, all sessions of the account that are no younger.
    let moments = sessions.values.sorted()
    let limit = max(allUntil ?? .min, moments[moments.count / 2])
    allUntil = limit
    sessions = sessions.filter { $0.value > limit }
  }

  /// What is still to be remembered; nil for nothing.
  func remaining(at now: Int64) -> Self? {
    var list = self
    list.sessions = sessions.filter { $0.value > now }
    if let limit = allUntil, limit <= now { list.allUntil = nil }
    return list.sessions.isEmpty && list.allUntil == nil ? nil : list
  }

  // MARK: In the file

  /// Reads the file; nil if it is damaged. One of version 1 has a list without accounts, `ended`.
  static func lists(_ json: JSONValue) -> [String: Self]? {
    guard json["ended"] != nil || json["accounts"] != nil else { return nil }
    var lists: [String: Self] = [:]
    if let ended = json["ended"] {
      guard let sessions = sessions(ended) else { return nil }
      if !sessions.isEmpty { lists[anybody] = Self(allUntil: nil, sessions: sessions) }
    }
    guard let accounts = json["accounts"] else { return lists }
    guard case .object(let members) = accounts else { return nil }
    for member in members {
      guard let ended = member.value["ended"], let sessions = sessions(ended) else { return nil }
      lists[member.name] = Self(allUntil: member.value["all_until"]?.intValue, sessions: sessions)
    }
    return lists
  }

  static func json(_ lists: [String: Self]) -> JSONValue {
    let accounts = lists.filter { $0.key != anybody }.sorted { $0.key < $1.key }
      .map { JSONValue.Member(name: $0.key, value: $0.value.json) }
    return ["v": 2, "ended": lists[anybody, default: Self()].endedJSON, "accounts": .object(accounts)]
  }

  private var json: JSONValue {
    ["all_until": allUntil.map { .int($0) } ?? .null, "ended": endedJSON]
  }

  private var endedJSON: JSONValue {
    .object(sessions.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .int($0.value)) })
  }

  private static func sessions(_ json: JSONValue) -> [String: Int64]? {
    guard case .object(let members) = json else { return nil }
    var sessions: [String: Int64] = [:]
    for member in members {
      guard let expires = member.value.intValue else { return nil }
      sessions[member.name] = expires
    }
    return sessions
  }
}
