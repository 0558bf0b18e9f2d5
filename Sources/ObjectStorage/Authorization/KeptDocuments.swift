internal import S3Documents
internal import Synchronization

/// The policies that were read last, so that a policy is not read anew for each request that it is asked about.
final class PolicyMemo: Sendable {
  /// Whose policy it is.
  enum Subject: Hashable, Sendable {
    case bucket(BucketName)
    case account(String)
  }

  fileprivate struct Entry {
    /// Bytes, since texts are equal that are not written in the same bytes, and keys are bytes.
    var text: [UInt8]
    var policy: KeptPolicy
  }

  fileprivate struct State {
    var entries: [Subject: Entry] = [:]
    /// Bytes of all texts.
    var size = 0
  }

  /// The most bytes of the texts that are remembered.
  static let limit = 512 << 10

  private let state = Mutex(State())

  /// Bytes of the texts that are remembered.
  var size: Int { state.withLock { $0.size } }

  /// The policy of a bucket or an account whose text is this one now.
  func policy(of subject: Subject, _ text: String) -> KeptPolicy {
    let bytes = Array(text.utf8)
    let known = state.withLock { $0.entries[subject] }
    if let known, known.text == bytes { return known.policy }
    let policy =
      switch subject {
      case .bucket(let name): KeptPolicy(of: name, text)
      case .account: KeptPolicy(ofAccount: text)
      }
    state.withLock { $0.remember(Entry(text: bytes, policy: policy), of: subject) }
    return policy
  }
}

extension PolicyMemo.State {
  /// Where there would be too many, all are forgotten: those that are in use come back.
  fileprivate mutating func remember(_ entry: PolicyMemo.Entry, of subject: PolicyMemo.Subject) {
    if size + entry.text.count > PolicyMemo.limit { self = Self() }
    guard entry.text.count <= PolicyMemo.limit else { return }
    let replaced = entries.updateValue(entry, forKey: subject)
    size += entry.text.count - (replaced?.text.count ?? 0)
  }
}
