internal import Digests
internal import HTTPSemantics
internal import Storage
internal import Synchronization

/// Holds bytes, as they come, against what was known of them before.
final class ContentProof: Sendable {
  private let metadata: ObjectMetadata
  private let sha256: [UInt8]?
  private let whole = RunningMD5()
  private let picture: RunningSHA256?
  private let parts: PartDigests?
  private let sum = Mutex((count: UInt64(0), crc32: CRC32()))

  /// - Parameter sha256: of a picture.
  init(_ metadata: ObjectMetadata, sha256: [UInt8]? = nil) {
    self.metadata = metadata
    self.sha256 = sha256
    picture = sha256 == nil ? nil : RunningSHA256()
    parts = metadata.partSizes.isEmpty ? nil : PartDigests(metadata.partSizes)
  }

  func update(_ bytes: [UInt8]) {
    whole.update(bytes)
    picture?.update(bytes)
    parts?.update(bytes)
    sum.withLock { sum in
      sum.count += UInt64(bytes.count)
      sum.crc32.update(bytes.span)
    }
  }

  /// Ends it.
  /// - Returns: the MD5 of all bytes; nil where they are not those that were known.
  func finish() -> [UInt8]? {
    let md5 = whole.finish()
    let (count, crc32) = sum.withLock { ($0.count, $0.crc32.value) }
    guard count == metadata.size, metadata.crc32 == nil || metadata.crc32 == crc32 else { return nil }
    if let picture, picture.finish() != sha256 { return nil }
    // A tag with a hyphen and no parts is none that was reckoned from the bytes.
    if let parts {
      guard parts.finish() == metadata.etag else { return nil }
    } else if metadata.etag.utf8.count == 32 {
      guard Hexadecimal.encode(md5) == metadata.etag else { return nil }
    }
    return md5
  }
}

/// The entity tag of what was put in parts: each digest is of one part.
private final class PartDigests: Sendable {
  private struct State {
    var index = 0
    var left: UInt64
    var current = RunningMD5()
    var digests: [UInt8] = []

    mutating func endPart() {
      digests += current.finish()
      current = RunningMD5()
    }
  }

  private let sizes: [UInt64]
  private let state: Mutex<State>

  init(_ sizes: [UInt64]) {
    self.sizes = sizes
    state = Mutex(State(left: sizes.first ?? 0))
  }

  func update(_ bytes: [UInt8]) {
    state.withLock { state in
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = Array(rest.prefix(Int(min(state.left, UInt64(rest.count)))))
        state.current.update(piece)
        rest = rest.dropFirst(piece.count)
        state.left -= UInt64(piece.count)
        guard state.left == 0, state.index + 1 < sizes.count else { return }
        state.endPart()
        state.index += 1
        state.left = sizes[state.index]
      }
    }
  }

  func finish() -> String {
    let digests = state.withLock { state in
      state.endPart()
      return state.digests
    }
    return Hexadecimal.encode(MD5.digest(of: digests)) + "-\(sizes.count)"
  }
}

/// A digest that threads go on with, one after the other.
private final class RunningMD5: Sendable {
  private let digest = Mutex<MD5?>(MD5())

  func update(_ bytes: [UInt8]) { digest.withLock { $0?.update(bytes.span) } }

  func finish() -> [UInt8] { digest.withLock { $0.take()?.finalize() } ?? [] }
}

/// The same with SHA-256.
private final class RunningSHA256: Sendable {
  private let digest = Mutex<SHA256?>(SHA256())

  func update(_ bytes: [UInt8]) { digest.withLock { $0?.update(bytes.span) } }

  func finish() -> [UInt8] { digest.withLock { $0.take()?.finalize() } ?? [] }
}
