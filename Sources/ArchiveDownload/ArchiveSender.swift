internal import EventLoop
internal import FastCGI
internal import Posix
internal import Storage
internal import WebService
internal import ZipArchive

/// Sends a range of an archive: headers made here, contents straight from the files' pages.
@EventLoopActor
final class ArchiveSender {
  /// What downloads of a worker share.
  struct Dependencies: Sendable {
    let allowance: OpenFileAllowance
    /// A pause between pieces, in nanoseconds: 0 but for `--debug`.
    let pause: UInt64
  }

  /// The last bytes of every response wait until all that was sent before has been taken, and all members were checked
  /// once more.
  static let heldBack: UInt64 = 22

  /// Bytes of a member after which it is looked at again when it has been sent; a shorter one only at the very end, with
  /// all others.
  private static let checkMinimum: UInt64 = 1 << 20
  /// Bytes of the central directory that are made at once.
  private static let directoryChunk: UInt64 = 65_536
  /// Bytes between two pauses, where there are any.
  private static let pauseInterval: UInt64 = 65_536
  /// How often, in nanoseconds, one who waits for a checksum looks whether the client is still there.
  private static let lookInterval: UInt64 = 500_000_000

  private let snapshot: ArchiveSnapshot
  private let writer: ResponseWriter
  private let sender: ContentSender
  private let dependencies: Dependencies
  private let range: Range<UInt64>
  private let files: MemberFiles
  /// The members of which something is sent, and those that the range of the central directory lists.
  private var sentWindow: PrefetchWindow
  private var listedWindow: PrefetchWindow
  private var sinceLastPause: UInt64 = 0

  /// - Parameter range: the bytes of the archive that are to be sent, at least one.
  init(_ snapshot: ArchiveSnapshot, _ range: Range<UInt64>, to writer: ResponseWriter, _ dependencies: Dependencies) {
    self.snapshot = snapshot
    self.range = range
    self.writer = writer
    sender = ContentSender(writer)
    self.dependencies = dependencies
    let members = snapshot.layout.members(in: range)
    files = MemberFiles(snapshot, members, range: range, allowance: dependencies.allowance)
    sentWindow = PrefetchWindow(members)
    listedWindow = PrefetchWindow(snapshot.layout.listedMembers(in: range))
  }

  /// Sends the range; the response has been started with its length.
  func send() async throws(ArchiveFailure) {
    defer { files.close() }
    let tailStart = range.upperBound - min(Self.heldBack, UInt64(range.count))
    for extent in snapshot.layout.extents(in: range.lowerBound..<tailStart) { try await send(extent) }
    // Ready before the last check, so that nothing but the client can fail after it.
    var tail: [UInt8] = []
    for extent in snapshot.layout.extents(in: tailStart..<range.upperBound) { tail += try await bytes(of: extent) }
    do throws(RequestFailure) { try await writer.drain() } catch { throw .transfer(error) }
    try await verify()
    try await write(tail)
    do throws(RequestFailure) { try await writer.finish() } catch { throw .transfer(error) }
  }

  private func send(_ extent: ArchiveExtent) async throws(ArchiveFailure) {
    switch extent {
    case .localHeader: try await write(bytes(of: extent))
    case .content(let member, let bytes): try await sendContent(of: member, bytes)
    case .centralDirectory(let bytes):
      var position = bytes.lowerBound
      while position < bytes.upperBound {
        let end = min(position + Self.directoryChunk, bytes.upperBound)
        try await write(directory(position..<end))
        position = end
        await Task.yield()
      }
    }
  }

  /// A small piece of the archive.
  private func bytes(of extent: ArchiveExtent) async throws(ArchiveFailure) -> [UInt8] {
    switch extent {
    case .localHeader(let member, let bytes):
      let checksum = try await checksum(of: member, in: \.sentWindow)
      return Array(snapshot.layout.localHeader(of: member, checksum: checksum)[bytes])
    case .content(let member, let bytes): return try await content(of: member, bytes)
    case .centralDirectory(let bytes): return try await directory(bytes)
    }
  }

  // MARK: Contents

  private func sendContent(of member: Int, _ range: Range<UInt64>) async throws(ArchiveFailure) {
    let content = try await files.content(member, beforeWaiting: flush)
    prepareChecksums(after: member, in: \.sentWindow)
    switch content {
    case .bytes(let all):
      try await write(Array(all[Int(range.lowerBound)..<Int(range.upperBound)]))
      do throws(RequestFailure) { try await pause(after: UInt64(range.count)) } catch { throw .transfer(error) }
    case .opened(let content):
      let reader = content.pipedReader(range)
      do throws(ContentFailure) {
        let unchecked = try await sender.send(
          reader, isSecured: !writer.canConfirmDelivery,
          beforeWaiting: { () throws(RequestFailure) in try await self.writer.flush() },
          afterEach: { (count) throws(RequestFailure) in try await self.pause(after: count) })
        if unchecked >= Self.checkMinimum { try await sender.check(reader) }
      } catch {
        throw ArchiveFailure(error, snapshot.members[member])
      }
    }
  }

  /// A few bytes of a member.
  private func content(of member: Int, _ range: Range<UInt64>) async throws(ArchiveFailure) -> [UInt8] {
    switch try await files.content(member, beforeWaiting: flush) {
    case .bytes(let all): return Array(all[Int(range.lowerBound)..<Int(range.upperBound)])
    case .opened(let content):
      do throws(ContentFailure) { return try await ContentSender.bytes(of: content.reader(range)) } catch {
        throw ArchiveFailure(error, snapshot.members[member])
      }
    }
  }

  // MARK: Checks

  /// Every member of which something was sent must still be what was listed.
  private func verify() async throws(ArchiveFailure) {
    let touched = snapshot.members[sentWindow.members]
    let changed: TreeMember?
    do throws(StorageError) { changed = try await snapshot.tree.firstChanged(of: touched) } catch {
      throw ArchiveFailure(error)
    }
    if let changed { throw .changed(changed.text) }
  }

  // MARK: Checksums

  private typealias Window = ReferenceWritableKeyPath<ArchiveSender, PrefetchWindow>

  private func checksum(of member: Int, in window: Window) async throws(ArchiveFailure) -> UInt32 {
    if let known = snapshot.checksum(of: member) { return known }
    prepareChecksums(after: member, in: window)
    snapshot.findChecksums(of: CollectionOfOne(member))
    try await flush()
    while let promise = snapshot.promise(of: member) {
      if let outcome = await promise.wait(until: EventLoop.current.now &+ Self.lookInterval) {
        return try outcome.get()
      }
      do throws(RequestFailure) { try writer.check() } catch { throw .transfer(error) }
    }
    guard let known = snapshot.checksum(of: member) else { throw .changed(snapshot.members[member].text) }
    return known
  }

  /// Has the checksums of the next members found out while this one is sent.
  private func prepareChecksums(after member: Int, in window: Window) {
    let layout = snapshot.layout
    let reached = self[keyPath: window].advance(to: member) {
      $0 < layout.count ? layout.offset(ofMember: $0) : layout.centralDirectoryOffset
    }
    if !reached.isEmpty { snapshot.findChecksums(of: reached) }
  }

  /// A part of the central directory, also where it lists members that the range leaves out.
  private func directory(_ bytes: Range<UInt64>) async throws(ArchiveFailure) -> [UInt8] {
    let start = snapshot.layout.centralDirectoryOffset
    for member in snapshot.layout.listedMembers(in: start + bytes.lowerBound..<start + bytes.upperBound) {
      _ = try await checksum(of: member, in: \.listedWindow)
    }
    return snapshot.centralDirectory(bytes)
  }

  // MARK: The client's side

  /// Lets go of what was gathered: it must not wait with us.
  private func flush() async throws(ArchiveFailure) {
    do throws(RequestFailure) { try await writer.flush() } catch { throw .transfer(error) }
  }

  private func write(_ bytes: [UInt8]) async throws(ArchiveFailure) {
    do throws(RequestFailure) { try await writer.write(bytes) } catch { throw .transfer(error) }
  }

  private func pause(after bytes: UInt64) async throws(RequestFailure) {
    sinceLastPause += bytes
    guard dependencies.pause > 0, sinceLastPause >= Self.pauseInterval else { return }
    sinceLastPause = 0
    try await writer.flush()
    await EventLoop.current.sleep(nanoseconds: dependencies.pause)
    try writer.check()
  }
}
