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
  /// It takes any bytes, or no such field, or answers no MD5 of them.
  case ignores
}

extension EngineClient {
  /// The pause between attempts to find it out, in nanoseconds.
  private static let pauseOfTrials: UInt64 = 600_000_000_000

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
        self.doubtComparison()
      }
    }
  }

  /// What was found out holds no longer, such as where others answer under the same address by now. It is tried again later.
  func doubtComparison() {
    comparison = .unknown
    nextTrial = EventLoop.current.now &+ Self.pauseOfTrials
  }

  /// Puts bytes with their CRC-32, and others with the same one. They are as many as the shortest that are put so.
  private func compares() async throws(EngineError) -> Bool {
    let bytes = (0..<Int(Self.leastTried)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let crc32 = CRC32.checksum(of: bytes)
    do throws(EngineError) {
      guard try await putAndRemove(bytes, crc32) == MD5.digest(of: bytes) else { return false }
    } catch .refused(let refusal) where refusal.status == 400 || refusal.status == 501 {
      return false
    }
    do throws(EngineError) { _ = try await putAndRemove(bytes.reversed(), crc32) } catch .refused(let refusal)
      where Self.mismatches.contains(refusal.code)
    {
      return true
    }
    return false
  }

  /// What S3's servers answer to a checksum that is not that of the bytes.
  private static let mismatches: Set = ["BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch"]

  /// Puts bytes under a name that is free again afterwards. The operator is not told: that it is refused may be what is hoped
  /// for.
  /// - Returns: the MD5.
  private func putAndRemove(_ bytes: [UInt8], _ crc32: UInt32) async throws(EngineError) -> [UInt8] {
    let name = "probe/\(Hexadecimal.encode(SecureRandom.bytes(16)))"
    let slot = try await admit()
    let blob = EngineBlob(name, length: UInt64(bytes.count))
    do throws(EngineError) {
      let (md5, _) = try await putOnce(blob, declaring: crc32) { offset, limit in
        [bytes[Int(offset)...].prefix(limit)]
      }
      give(slot)
      try? await remove(name)
      return md5
    } catch {
      give(slot)
      // An engine that has not answered may have taken them, too.
      if case .refused = error {} else { try? await remove(name) }
      throw error
    }
  }
}
