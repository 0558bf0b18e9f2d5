internal import FastCGI
internal import Journal
internal import Posix
internal import Storage
internal import WebService

/// Why an archive could not be sent, or not to its end.
enum ArchiveFailure: Error, Sendable, Equatable {
  /// The source is not there.
  case notFound
  /// The source cannot be reached at the moment: why.
  case unavailable(String)
  /// The source, or a part of it, cannot be read, or cannot be made an archive: why.
  case unreadable(String)
  /// Something in the source keeps it from being packed.
  case cannotBePacked(TreeFlaw)
  /// Somebody is still writing to the source.
  case beingFilled
  /// A member changed or vanished after the response began: its name.
  case changed(String)
  /// A member cannot be read any more: its name, and why.
  case memberUnreadable(String, String)
  /// The client or nginx went away or takes nothing any more, or this server stops.
  case transfer(RequestFailure)
}

extension ArchiveFailure {
  /// What an error with a source means.
  init(_ error: StorageError) {
    switch error {
    case .noSuchBucket, .noSuchKey: self = .notFound
    case .incompleteTree(let flaw): self = .cannotBePacked(flaw)
    // Something went while it was listed: whoever asks again gets what is there then.
    case .unavailable, .versionChanged: self = .unavailable(error.description)
    default: self = .unreadable(error.description)
    }
  }

  /// What an error with a member means for the download.
  init(_ error: StorageError, _ member: TreeMember) {
    switch error {
    case .versionChanged, .noSuchBucket, .noSuchKey: self = .changed(member.text)
    default: self = .memberUnreadable(member.text, error.description)
    }
  }

  /// What a failure to read or send a member means.
  init(_ failure: ContentFailure, _ member: TreeMember) {
    switch failure {
    case .transfer(let failure): self = .transfer(failure)
    case .storage(let error): self.init(error, member)
    }
  }

  /// Whether the client or the web server, not the archive, is the cause.
  var isTransfer: Bool {
    if case .transfer = self { return true }
    return false
  }

  /// For the activity log: who or what ended the download.
  func interruption(of archive: String) -> ActivityEvent.Interruption {
    switch self {
    case .notFound: .memberChanged(archive)
    case .unavailable, .unreadable, .cannotBePacked: .memberUnreadable(archive)
    case .beingFilled: .memberChanged(archive)
    case .changed(let name): .memberChanged(name)
    case .memberUnreadable(let name, _): .memberUnreadable(name)
    case .transfer(.timedOut): .clientTooSlow
    case .transfer(.stopped): .serverStopped
    case .transfer: .clientLeft
    }
  }

  /// For the operator.
  var text: String {
    switch self {
    case .notFound: "it vanished"
    case .unavailable(let reason), .unreadable(let reason): reason
    case .cannotBePacked(let flaw): flaw.description
    case .beingFilled: "it is being filled"
    case .changed(let name): "\(name) changed or vanished while it was sent"
    case .memberUnreadable(let name, let reason): "\(name): \(reason)"
    case .transfer(.timedOut): "the client takes nothing any more"
    case .transfer(.stopped): "this server stops"
    case .transfer: "the client went away"
    }
  }
}

extension TreeMember {
  /// The path for people.
  var text: String { String(decoding: path, as: UTF8.self) }
}
