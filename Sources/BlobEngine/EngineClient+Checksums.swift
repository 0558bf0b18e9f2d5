internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import Posix

/// Whether an engine compares a checksum that a put declares with the bytes that come.
enum ChecksumComparison: Equatable {
  /// Nobody has tried, or no answer told.
  case unknown
  /// It is being tried.
  case tried
  /// It refuses other bytes, and answers the MD5 of those that it keeps.
  case compares
  /// It takes any bytes, or no such field, or its entity tag is no MD5.
  case ignores
}

extension EngineClient {
  /// The pause between attempts to find it out, in nanoseconds.
  private static let pauseOfTrials: UInt64 = 60_000_000_000

  /// Whether the engine is known to compare a CRC-32 that a put declares with the bytes that come, and to answer their MD5.
  /// Then nobody here need compute the MD5 of a content that has a CRC-32.
  public var findsMD5: Bool { comparison == .compares && answersMD5 }

  /// Has it tried whether the engine compares checksums, unless that is known.
  func tryComparison() {
    guard comparison == .unknown, EventLoop.current.now >= nextTrial else { return }
    comparison = .tried
    EventLoop.current.start { [weak self] in
      guard let self else { return }
      do throws(EngineError) {
        self.comparison = try await self.compares() ? .compares : .ignores
      } catch {
        self.comparison = .unknown
        self.nextTrial = EventLoop.current.now &+ Self.pauseOfTrials
      }
    }
  }

  /// Puts a few bytes with their CRC-32, and others with the same one.
  private func compares() async throws(EngineError) -> Bool {
    let bytes = Array("checksum".utf8)
    let crc32 = CRC32.checksum(of: bytes)
    guard let md5 = try await trial(bytes, crc32), md5 == MD5.digest(of: bytes) else { return false }
    return try await trial(bytes.reversed(), crc32) == nil
  }

  /// Puts bytes under a name that is free again afterwards. The operator is not told: that it is refused may be what is hoped
  /// for.
  /// - Returns: the MD5 that the engine has found; nil where it does not take them.
  private func trial(_ bytes: [UInt8], _ crc32: UInt32) async throws(EngineError) -> [UInt8]? {
    let name = "probe/\(Hexadecimal.encode(SecureRandom.bytes(16)))"
    let slot = try await admit()
    defer { give(slot) }
    let md5: [UInt8]
    do throws(EngineError) {
      let blob = EngineBlob(name, length: UInt64(bytes.count))
      (md5, _) = try await putOnce(blob, declaring: crc32) { offset, limit in [bytes[Int(offset)...].prefix(limit)] }
    } catch .refused(let refusal) where refusal.status == 400 || refusal.status == 501 {
      return nil
    }
    give(slot)
    try await remove(name)
    return md5
  }
}
