internal import FastCGIWire

/// Content of a stream, gathered into records (section 3.3). The last record is open: its header is written once its
/// length is known, so that no header ever announces a byte that is not at hand.
struct RecordBuffer {
  private let type: RecordType
  private let requestID: UInt16
  private var bytes: [UInt8] = []
  /// Where the header of the open record begins; nil where no record is open.
  private var open: Int?
  /// Bytes of content, without the headers.
  private(set) var contentLength = 0

  init(_ type: RecordType, requestID: UInt16) {
    self.type = type
    self.requestID = requestID
  }

  var isEmpty: Bool { bytes.isEmpty }

  /// Bytes of content that the open record still takes; those of a whole record where none is open.
  var room: Int {
    guard let open else { return RecordHeader.alignedContentLength }
    let room = RecordHeader.alignedContentLength - (bytes.count - open - RecordHeader.length)
    return room == 0 ? RecordHeader.alignedContentLength : room
  }

  /// Adds content, up to the end of one record.
  /// - Returns: how much of the range was taken.
  mutating func append(_ content: [UInt8], _ range: Range<Int>) -> Int {
    let count = min(room, range.count)
    openRecord()
    bytes.append(contentsOf: content[range.lowerBound..<range.lowerBound + count])
    contentLength += count
    return count
  }

  /// Has the open record announce content that is sent from elsewhere right behind these bytes, no more than `room`.
  mutating func announce(_ count: Int) {
    openRecord()
    close(announcing: count)
  }

  /// Ends the stream and its request (sections 3.3 and 5.5): an empty record and END_REQUEST.
  mutating func end() {
    close()
    bytes.appendRecordHeader(RecordHeader(type: type, requestID: requestID, contentLength: 0))
    bytes.appendEndRequest(requestID, .requestComplete)
  }

  /// All records, complete; afterwards there are none.
  mutating func take() -> [UInt8] {
    close()
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    contentLength = 0
    return taken
  }

  /// Opens a record, unless one is open that has room.
  private mutating func openRecord() {
    if let open, bytes.count - open - RecordHeader.length < RecordHeader.alignedContentLength { return }
    close()
    open = bytes.count
    bytes.appendRecordHeader(RecordHeader(type: type, requestID: requestID, contentLength: 0))
  }

  private mutating func close(announcing count: Int = 0) {
    guard let start = open else { return }
    open = nil
    bytes.setContentLength(bytes.count - start - RecordHeader.length + count, ofRecordAt: start)
  }
}
