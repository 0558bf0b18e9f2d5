import Glibc
import HTTPSemantics
import Testing

/// What strangers send is read in a time that grows with its length alone: a worker has one thread for all of them.
@Suite struct LinearTimeTests {
  struct Reader: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var read: @Sendable (String) -> Void

    init(_ name: String, _ read: @escaping @Sendable (String) -> Void) {
      testDescription = name
      self.read = read
    }
  }

  static let readers: [Reader] = [
    Reader("media type") { _ = MediaType(parsing: "a/b;\($0)") },
    Reader("date") { _ = HTTPDate.parse($0) },
    Reader("date-time") { _ = RFC3339.parse($0) },
    Reader("disposition") { _ = ContentDisposition(parsing: Array("form-data; name=\"\($0)".utf8)) },
    Reader("file name") { _ = ContentDisposition.attachment(filename: $0).fieldValue },
    Reader("client's file name") { _ = FileName(clientSupplied: $0).text },
    Reader("range") { _ = ByteRange(parsing: $0, length: 1_000) },
    Reader("conditions") { text in
      let fields: HeaderFields = ["If-Match": text, "If-None-Match": text, "If-Range": text, "Range": text]
      let current = Validators(etag: EntityTag("a"), lastModified: 0)
      _ = RangeSelection.select(fields, method: .get, length: 1_000, current: current)
    },
    Reader("path") { _ = try? RequestTarget("/\($0)".utf8) },
    Reader("query") { _ = try? RequestTarget("/?\($0)".utf8) },
    Reader("accept") { _ = AcceptHeader.prefersHTML(accept: $0) },
    Reader("accept-language") { _ = AcceptLanguage.choose($0, among: ["en", "ru", "es"], default: "en") },
    Reader("JSON") { _ = try? JSONParser.parse(Array($0.utf8)) },
    Reader("line") { _ = LineEscaping.escape(Array($0.utf8)) },
    Reader("HTML") { _ = HTML.escape($0) },
    Reader("XML") { _ = XML.escape($0) },
  ]

  /// Each is repeated up to this length, which is that of the longest header line that nginx lets through.
  static let length = 16_384
  static let seeds = [
    "a", "-", "0", "\"", "\\", "%", "%41", "=", ";a=b", "a=b&", ",", "a,", "en;q=0.1,", "W/\"a\",", "\"a\\\"", "<", "'",
    "é", "\u{202E}", "bytes=0-1,", "UTF-8''%41", "\t ", "/..", "{\"a\":", "[", "1e", "\\u00", "a-b-",
  ]

  @Test(arguments: readers) func hostileTextTakesNoLongerThanItsLength(reader: Reader) {
    for seed in Self.seeds {
      let text = String(repeating: seed, count: Self.length / seed.utf8.count)
      let start = Self.processorTime()
      reader.read(text)
      #expect(Self.processorTime() - start < 0.5, "\(seed)")
    }
  }

  /// Seconds that this thread has had of the processor, however busy the machine is.
  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
