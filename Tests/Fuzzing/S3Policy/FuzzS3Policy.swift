import HTTPSemantics

@testable import S3Documents

/// Reads any text as a policy, and decides by it; and holds any pattern, with or without variables, against any text, as
/// the definition of patterns says and as the program does it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzS3Policy(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  checkPolicy(bytes)
  let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
  if lines.count == 3, bytes.count <= 256 {
    checkPattern(String(decoding: lines[0], as: UTF8.self), Array(lines[1]), String(decoding: lines[2], as: UTF8.self))
  }
  return 0
}

private func context(_ work: PolicyWork) -> PolicyContext {
  var context = PolicyContext(
    .account(id: "ada", name: "ada"), sourceIP: "192.0.2.7", isSecure: false, now: 1_737_727_200,
    headers: HeaderFields([("referer", "http://a.example/?x"), ("x-amz-acl", "private")]),
    query: (try? QueryParameters(parsing: Array("prefix=home/ada/&max-keys=10".utf8))) ?? QueryParameters(), work: work)
  context.setExistingTags((try? TagSet([.init(key: "kind", value: "open")], limit: 10)) ?? TagSet())
  return context
}

private func checkPolicy(_ bytes: [UInt8]) {
  guard let bucket = try? BucketName("bucket"), let key = try? ObjectKey("home/ada/k") else { return }
  let policies = [try? PolicyDocument(bytes, for: bucket), try? PolicyDocument(forAccount: bytes)].compactMap { $0 }
  for policy in policies {
    for resource in [PolicyResource.bucket(bucket), .object(bucket, key)] {
      for action in [S3Action.getObject, .putObject, .listBucket] {
        for principal in [PolicyPrincipal.anonymous, .account(id: "ada", name: "ada")] {
          let work = PolicyWork()
          let decision = policy.decide(principal, action, on: resource, context(work))
          precondition(decision == policy.decide(principal, action, on: resource, context(PolicyWork())), "it wavers")
          precondition(!work.isExhausted || decision == .deny, "what could not be found out is allowed")
          // Where nothing may be spent, nothing is allowed that was not.
          let poor = policy.decide(principal, action, on: resource, context(PolicyWork(limit: 8)))
          precondition(poor != .allow || decision == .allow, "less work allows more")
        }
      }
    }
  }
}

private func checkPattern(_ text: String, _ subject: [UInt8], _ value: String) {
  guard let pattern = WildcardPattern(text) else { return }
  var known = PolicyContext()
  known["a"] = [value]
  let matches = pattern.matches(PatternText(subject), in: known)
  guard let tokens = Naive.tokens(Array(text.utf8), value: Naive.characters(Array(value.utf8))) else {
    return precondition(!matches, "a variable without a value stands for something")
  }
  precondition(matches == Naive.matches(tokens, Naive.characters(subject)), "\(text) and \(subject)")
}

/// Patterns by their definition.
private enum Naive {
  enum Token {
    case one([UInt8])
    case any
    case anyOne
  }

  /// Each character with its bytes: what begins one, and up to three that go on with it.
  static func characters(_ bytes: [UInt8]) -> [[UInt8]] {
    var characters: [[UInt8]] = []
    for byte in bytes {
      if byte & 0xC0 == 0x80, let last = characters.last, last[0] > 0x7F, last.count < 4 {
        characters[characters.count - 1].append(byte)
      } else {
        characters.append([byte])
      }
    }
    return characters
  }

  /// The tokens of a pattern; nil where a variable other than `a` stands in it.
  static func tokens(_ pattern: [UInt8], value: [[UInt8]]) -> [Token]? {
    var tokens: [Token] = []
    var literal: [UInt8] = []
    func flush() {
      tokens += characters(literal).map { Token.one($0) }
      literal = []
    }
    var rest = pattern[...]
    while let byte = rest.first {
      if rest.starts(with: "${".utf8), let end = rest.firstIndex(of: UInt8(ascii: "}")) {
        let name = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
        rest = rest[(end + 1)...]
        if name.count == 1, let only = name.first, "*?$".utf8.contains(only) {
          literal.append(only)
          continue
        }
        flush()
        // Condition keys are compared without regard to case.
        guard name.elementsEqual("a".utf8) || name.elementsEqual("A".utf8) else { return nil }
        tokens += value.map { Token.one($0) }
        continue
      }
      rest = rest.dropFirst()
      switch byte {
      case UInt8(ascii: "*"):
        flush()
        tokens.append(.any)
      case UInt8(ascii: "?"):
        flush()
        tokens.append(.anyOne)
      default: literal.append(byte)
      }
    }
    flush()
    return tokens
  }

  /// Position by position: which ends of the text the tokens so far can have reached.
  static func matches(_ tokens: [Token], _ text: [[UInt8]]) -> Bool {
    var reached = [true] + [Bool](repeating: false, count: text.count)
    for token in tokens {
      var next = [Bool](repeating: false, count: text.count + 1)
      for index in 0...text.count where reached[index] {
        switch token {
        case .any: for end in index...text.count { next[end] = true }
        case .anyOne: if index < text.count { next[index + 1] = true }
        case .one(let character): if index < text.count, text[index] == character { next[index + 1] = true }
        }
      }
      reached = next
    }
    return reached[text.count]
  }
}
