/// Parses a `multipart/form-data` body (RFC 7578, RFC 2046 §5.1) that comes in pieces.
///
/// The events are the same wherever the body is cut, but for `partData`, which may be cut too. Memory is bounded by one
/// part's header section. What precedes the first delimiter and what follows the closing one is ignored. White space
/// after a boundary is tolerated, lines that end with LF alone are not.
public struct MultipartParser: Sendable {
  /// What a body may not exceed.
  public struct Limits: Sendable, Equatable {
    /// Bytes of one part's header section.
    public var headerSection: Int
    /// Parts of a body.
    public var parts: Int

    /// 16 KiB of header and 1,000 parts, unless said otherwise.
    public init(headerSection: Int = 16_384, parts: Int = 1000) {
      self.headerSection = headerSection
      self.parts = parts
    }
  }

  private enum State: Sendable {
    /// In the preamble or in a part's content, of which the last bytes may begin a delimiter.
    case content(Held)
    /// After a delimiter, where CRLF or `--` must follow.
    case delimiterEnd(DelimiterEnd)
    case headers
    case epilogue
    case failed(MultipartError)
  }

  /// Bytes of the delimiter that were matched when the input ended.
  private struct Held: Sendable {
    /// How many were matched.
    var matched: Int
    /// How many of them are not content, whatever follows: the CRLF of the line before.
    var borrowed = 0

    /// At the beginning of a line.
    static let lineStart = Held(matched: 2, borrowed: 2)
  }

  private enum DelimiterEnd: Sendable {
    case start, dash, padding, carriageReturn
  }

  private let limits: Limits
  private let search: DelimiterSearch
  private var state: State
  private var assembler: PartHeaderAssembler
  private var isInPart = false
  private var partCount = 0

  /// A parser for a body with `boundary`, the parameter of that name in its `Content-Type`.
  ///
  /// - Throws: `MultipartError.invalidBoundary`.
  public init(boundary: String, limits: Limits = Limits()) throws(MultipartError) {
    let bytes = Array(boundary.utf8)
    guard
      (1...70).contains(bytes.count), bytes.last != ASCII.space,
      bytes.allSatisfy({ (0x20..<0x7F).contains($0) })
    else { throw .invalidBoundary }
    self.limits = limits
    search = DelimiterSearch(boundary: bytes)
    assembler = PartHeaderAssembler(limit: limits.headerSection)
    // The first delimiter may stand at the very beginning, without its CRLF.
    state = .content(.lineStart)
  }

  /// Parses the next piece of the body and appends what it holds to `events`.
  ///
  /// - Throws: the first fault, and again that one for any further piece. The events before it have been appended.
  public mutating func consume(
    _ bytes: ArraySlice<UInt8>, into events: inout [MultipartEvent]
  ) throws(MultipartError) {
    var input = bytes
    do throws(MultipartError) {
      while !input.isEmpty {
        switch state {
        case .content(let held): consumeContent(&input, after: held, into: &events)
        case .delimiterEnd(let end): try consumeDelimiterEnd(&input, end, into: &events)
        case .headers: try consumeHeaders(&input, into: &events)
        case .epilogue: return
        case .failed(let error): throw error
        }
      }
    } catch {
      state = .failed(error)
      throw error
    }
  }

  /// To be called when the body has ended.
  ///
  /// - Throws: `MultipartError.truncated` if the closing delimiter never came, or the fault found before.
  public func finish() throws(MultipartError) {
    switch state {
    case .epilogue: return
    case .failed(let error): throw error
    case .content, .delimiterEnd, .headers: throw .truncated
    }
  }

  private mutating func consumeContent(
    _ input: inout ArraySlice<UInt8>, after held: Held, into events: inout [MultipartEvent]
  ) {
    let length = search.delimiter.count
    var start = 0
    if held.matched > 0 {
      let matched = search.matched(after: held.matched, in: input.span, at: 0)
      start = matched - held.matched
      if matched == length || start == input.count {
        input = input.dropFirst(start)
        state = matched == length ? .delimiterEnd(.start) : .content(Held(matched: matched, borrowed: held.borrowed))
        return
      }
      // It was content after all. The bytes that matched hold no CR but the first, so none of them begins another.
      emit(search.delimiter[held.borrowed..<held.matched], into: &events)
    }
    let match = search.firstMatch(in: input.span, from: start)
    emit(input.prefix(match.offset), into: &events)
    input = input.dropFirst(match.offset + match.length)
    state = match.length == length ? .delimiterEnd(.start) : .content(Held(matched: match.length))
  }

  private func emit(_ data: ArraySlice<UInt8>, into events: inout [MultipartEvent]) {
    if isInPart, !data.isEmpty { events.append(.partData(data)) }
  }

  private mutating func consumeDelimiterEnd(
    _ input: inout ArraySlice<UInt8>, _ end: DelimiterEnd, into events: inout [MultipartEvent]
  ) throws(MultipartError) {
    guard let byte = input.popFirst() else { return }
    switch (end, byte) {
    case (.start, ASCII.dash):
      state = .delimiterEnd(.dash)
    case (.dash, ASCII.dash):
      endPart(into: &events)
      events.append(.finished)
      state = .epilogue
    case (.start, ASCII.space), (.start, ASCII.tab), (.padding, ASCII.space), (.padding, ASCII.tab):
      state = .delimiterEnd(.padding)
    case (.start, ASCII.carriageReturn), (.padding, ASCII.carriageReturn):
      state = .delimiterEnd(.carriageReturn)
    case (.carriageReturn, ASCII.lineFeed):
      endPart(into: &events)
      guard partCount < limits.parts else { throw .tooManyParts }
      partCount += 1
      assembler = PartHeaderAssembler(limit: limits.headerSection)
      state = .headers
    case (.start, ASCII.lineFeed), (.padding, ASCII.lineFeed):
      throw .bareLineFeed
    default:
      throw .malformedDelimiter
    }
  }

  private mutating func endPart(into events: inout [MultipartEvent]) {
    if isInPart { events.append(.partEnded) }
    isInPart = false
  }

  private mutating func consumeHeaders(
    _ input: inout ArraySlice<UInt8>, into events: inout [MultipartEvent]
  ) throws(MultipartError) {
    guard let headers = try assembler.consume(&input) else { return }
    events.append(.partBegan(headers: headers))
    isInPart = true
    // A part without content may end with a delimiter that begins with the CRLF of its header section.
    state = .content(.lineStart)
  }
}
