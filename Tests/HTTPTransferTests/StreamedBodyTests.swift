import Testing

@testable import HTTPTransfer

struct StreamedBodyTests {
  private func fill(_ body: inout StreamedBody) -> Int {
    let bytes = [UInt8](repeating: 1, count: 4_096)
    var count = 0
    while !body.isFull {
      body.append(copying: bytes.span)
      count += bytes.count
    }
    return count
  }

  @Test func ofBytesThatAreTakenSlowlyFewAreHeldUntilMuchWasTakenFast() {
    var body = StreamedBody(limit: 128 << 10)
    #expect(fill(&body) == 128 << 10)
    while !body.isEmpty { _ = body.take(upTo: .max) }
    body.note(isSlow: true, slowLimit: 16 << 10, fastLimit: 128 << 10)
    for _ in 0..<64 {
      #expect(fill(&body) == 16 << 10)
      // What lies between lets a slow reader take some at once, and makes it no fast one.
      body.note(isSlow: false, slowLimit: 16 << 10, fastLimit: 128 << 10)
      #expect(body.isFull)
      while !body.isEmpty { _ = body.take(upTo: .max) }
    }
    body.note(isSlow: false, slowLimit: 16 << 10, fastLimit: 128 << 10)
    #expect(fill(&body) == 128 << 10)
  }

  @Test func bytesComeOutInTheirOrderWhateverIsTakenAtOnce() {
    var body = StreamedBody(limit: 1 << 20)
    let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for start in stride(from: 0, to: content.count, by: 7_001) {
      body.append(copying: content.span.extracting(start..<min(start + 7_001, content.count)))
    }
    var taken: [UInt8] = []
    for most in [1, 70_000, 3, 9_999, .max, .max, .max] { taken += body.take(upTo: most) }
    #expect(taken == content && body.isEmpty)
  }
}
