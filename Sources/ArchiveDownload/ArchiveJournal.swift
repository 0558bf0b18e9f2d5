internal import FastCGI
internal import Journal
internal import Storage
internal import ZipArchive

/// How the sending of an archive, or of a part of it, went.
struct ArchiveTransfer: Sendable {
  let plan: ArchivePlan
  /// The bytes of the archive that were asked for, and how many of them were handed over.
  let range: Range<UInt64>
  let sent: UInt64
  /// Why not all of them were; nil if they were.
  let failure: ArchiveFailure?
  let milliseconds: UInt64
  let client: String
  let request: String

  /// What `app.log` tells of it.
  var event: ActivityEvent {
    let name = plan.source.name
    let total = plan.layout.totalLength
    if let failure {
      return .archiveCutOff(name: name, failure.interruption(of: name), sent: sent, total: UInt64(range.count))
    }
    guard range.count < total else { return .archiveSent(name: name, bytes: total) }
    return .archivePartSent(name: name, first: range.lowerBound, last: range.upperBound - 1, total: total)
  }

  /// What the program's own log says.
  var message: String {
    failure.map { "archive cut off: \($0.text)" } ?? "archive sent"
  }

  /// Whether the operator should look at it.
  var isFault: Bool {
    switch failure {
    case .unreadable, .unavailable, .cannotBePacked, .memberUnreadable: true
    case .changed, .notFound, .beingFilled, .transfer, nil: false
    }
  }
}

/// Tells of archives in `app.log`, for the people, and in the program's own log, in detail.
struct ArchiveJournal: Sendable {
  let activity: ActivityLog
  let log: OperatorLog

  func record(_ transfer: ArchiveTransfer) {
    activity.record(transfer.event)
    log.log(
      transfer.isFault ? .error : .info, transfer.message,
      [
        "archive": transfer.plan.source.name, "first": transfer.range.lowerBound, "bytes": transfer.sent,
        "of": transfer.range.count, "members": transfer.plan.members.count, "ms": transfer.milliseconds,
        "kBps": transfer.sent / max(1, transfer.milliseconds), "client": transfer.client, "request": transfer.request,
      ])
  }

  func recordNotFound(_ name: String) {
    activity.record(.archiveNotFound(name: name))
  }

  /// Tells that nothing was sent, since something in the source keeps it from being packed.
  func recordUnpackable(_ name: String, _ flaw: TreeFlaw, client: String, request: String) {
    let path = flaw.path.isEmpty ? nil : flaw.location
    // Where app.log only counts them, since somebody asks again and again, this log has them already.
    guard activity.record(.archiveUnpackable(name: name, flaw.reason.obstacle, path: path)) else { return }
    log.error(
      "archive cannot be packed: \(flaw)",
      ["archive": name, "code": "cannot-be-packed", "client": client, "request": request])
  }

  /// Tells that nothing was sent, since somebody was still writing to the source.
  func recordBeingFilled(_ name: String, client: String, request: String) {
    guard activity.record(.archiveBeingFilled(name: name)) else { return }
    log.info("archive not sent: the folder is being filled", ["archive": name, "client": client, "request": request])
  }
}

extension TreeFlaw.Reason {
  /// What it is called in `app.log`.
  fileprivate var obstacle: ActivityEvent.Obstacle {
    switch self {
    case .unreadable: .unreadable
    case .tooDeep: .tooDeep
    case .pathTooLong: .pathTooLong
    case .tooManyFiles: .tooManyFiles
    }
  }
}
