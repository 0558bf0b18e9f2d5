internal import EventLoop
internal import Digests
internal import HTTPSemantics
internal import HTTPTransfer
internal import Posix

/// What is looked at of an engine.
public enum EngineAspect: String, Sendable {
  /// Whether it is there.
  case reachable
  /// Whether it takes the key pair.
  case credentials
  /// Whether a blob comes back as it was put.
  case roundTrip = "round-trip"
  /// Whether a request without a signature is refused.
  case privacy
  /// Whether the clocks agree.
  case clock
  /// How long the certificate is good for.
  case certificate
}

/// Something about an engine that is not as it should be.
public typealias EngineFinding = ProbeFinding<EngineAspect>

extension EngineClient {
  /// Looks whether the engine is fit to keep blobs: reachable, with these credentials, a blob of which each range comes back
  /// as it was put, and that nobody can read without a signature, a clock that agrees, and a certificate that holds.
  /// It leaves nothing behind where the engine removes what it is asked to.
  /// - Returns: what is wrong; empty where nothing is.
  public func probe() async -> [EngineFinding] {
    let name = "probe/\(Hexadecimal.encode(SecureRandom.bytes(16)))"
    var findings = await probeConnection(name)
    guard findings.allSatisfy({ !$0.isFatal }) else { return findings }
    findings += await probeBlob(name)
    return findings
  }

  /// Asks for a blob that is not there: the answer has the engine's clock, and came over its certificate.
  private func probeConnection(_ name: String) async -> [EngineFinding] {
    var findings: [EngineFinding] = []
    do throws(EngineError) {
      let exchange = try begin(Request(method: "HEAD", target: endpoint.target(name), timeouts: limits.small))
      defer { exchange.cancel() }
      let answer = try await head(of: exchange)
      let now = Clock.now().seconds
      if let date = answer.fields["Date"].flatMap({ HTTPDate.parse($0) }), let finding = Self.clock(date - now) {
        findings.append(finding)
      }
      if endpoint.origin.isSecure, let finding = Self.certificate(exchange.certificateDaysLeft) {
        findings.append(finding)
      }
      guard answer.status != 404, !(200..<300).contains(answer.status) else { return findings }
      findings.append(finding(.refused(EngineRefusal(status: answer.status)), while: "asked for a blob"))
    } catch {
      findings.append(finding(error, while: "asked for a blob"))
    }
    return findings
  }

  /// Puts a blob, reads all of it and the middle of it, asks for it without a signature, and removes it.
  private func probeBlob(_ name: String) async -> [EngineFinding] {
    // More than one piece, and no two pieces alike.
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let blob = EngineBlob(
      name, length: UInt64(bytes.count), md5: MD5.digest(of: bytes), metadata: #"{"probe":"under_score"}"#)
    do throws(EngineError) {
      try await put(blob) { offset, limit in [bytes[Int(offset)...].prefix(limit)] }
    } catch {
      return [finding(error, while: "given a blob")]
    }
    var findings: [EngineFinding] = []
    do throws(EngineError) {
      for range in [0..<bytes.count, 70_000..<70_001, 100_000..<bytes.count] {
        let reader = read(name, UInt64(range.lowerBound)..<UInt64(range.upperBound), length: blob.length)
        var got: [UInt8] = []
        while let piece = try await reader.next() { got += piece }
        guard got.elementsEqual(bytes[range]) else {
          throw .damaged("bytes \(range.lowerBound) to \(range.upperBound - 1) of a blob are not those that were put")
        }
      }
      let status = try await head(name)
      guard status.length == blob.length else { throw .damaged("HEAD says \(status.length) bytes of \(blob.length)") }
      guard status.metadata == blob.metadata else {
        throw .damaged("the metadata field x-amz-meta-vitrine comes back as \(status.metadata ?? "nothing")")
      }
      guard try await list("probe/").entries.contains(where: { $0.name == name }) else {
        throw .damaged("a list lacks a blob that was put")
      }
    } catch {
      findings.append(finding(error, while: "asked for a blob that it has"))
    }
    do throws(EngineError) {
      if let finding = try await anonymousView(name) { findings.append(finding) }
    } catch {
      findings.append(finding(error, while: "asked without a signature"))
    }
    do throws(EngineError) { try await remove(name) } catch {
      findings.append(finding(error, while: "asked to remove a blob"))
    }
    return findings
  }

  /// What somebody without the key pair is answered.
  private func anonymousView(_ name: String) async throws(EngineError) -> EngineFinding? {
    let exchange = try begin(
      Request(method: "GET", target: endpoint.target(name), timeouts: limits.small, isSigned: false))
    defer { exchange.cancel() }
    let status = try await head(of: exchange).status
    // 403 as a rule; rclone says 400.
    guard !(400..<500).contains(status) else { return nil }
    guard (200..<400).contains(status) else { throw .refused(EngineRefusal(status: status)) }
    return EngineFinding(
      .privacy, "the engine shows blobs to anybody: \(status) to a request without a signature",
      do: "let it demand signatures, and take public access from the bucket \(endpoint.bucket)")
  }

  // MARK: Judgements

  /// The engine's clock is so many seconds ahead.
  nonisolated static func clock(_ ahead: Int64) -> EngineFinding? {
    guard abs(ahead) > 60 else { return nil }
    return EngineFinding(
      .clock, "the engine's clock is \(abs(ahead)) s \(ahead > 0 ? "ahead of" : "behind") this one",
      do: "let both machines run NTP: a signature is refused from 15 minutes on", isFatal: abs(ahead) >= 900)
  }

  nonisolated static func certificate(_ daysLeft: Int) -> EngineFinding? {
    guard daysLeft < 14 else { return nil }
    return EngineFinding(
      .certificate, "the engine's certificate is good for \(max(0, daysLeft)) more days", do: "renew it", isFatal: false
    )
  }

  private func finding(_ error: EngineError, while doing: String) -> EngineFinding {
    let fault = "\(endpoint), \(doing): \(error)"
    switch error {
    case .unreachable(.untrusted), .unreachable(.noTLS):
      return EngineFinding(
        .certificate, fault, do: "give it a certificate for this name, and install the authority's here (SSL_CERT_FILE)"
      )
    case .unreachable(.unavailable):
      return EngineFinding(.reachable, fault, do: "install it: apt-get install libcurl4 (Debian 13: libcurl4t64)")
    case .unreachable, .away, .busy:
      return EngineFinding(.reachable, fault, do: "see whether it runs, listens there, and the firewall lets it")
    case .refused(let refusal) where [400, 401, 403].contains(refusal.status):
      return EngineFinding(
        .credentials, fault,
        do:
          "check VITRINE_ENGINE_ACCESS_KEY, VITRINE_ENGINE_SECRET_KEY and VITRINE_ENGINE_REGION, and what the key may do"
      )
    case .refused(let refusal) where refusal.code == "NoSuchBucket" || refusal.status == 404:
      return EngineFinding(.roundTrip, fault, do: "create the bucket \(endpoint.bucket)")
    case .refused(let refusal) where (300..<400).contains(refusal.status):
      return EngineFinding(.reachable, fault, do: "name the address that it leads to, or the bucket's region")
    default:
      return EngineFinding(.roundTrip, fault, do: "see what the engine's log says")
    }
  }
}
