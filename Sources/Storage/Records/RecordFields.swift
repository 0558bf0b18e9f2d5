package import HTTPSemantics

/// Reading records of metadata: in attributes of files, in documents beside them, in tables. Others may be able to write
/// there, too: what is not as this program writes it is no record, and no number of it can make arithmetic trap.
extension JSONValue {
  /// The most bytes of one text: more than any header field brings.
  package static let recordTextLimit = 65_536

  /// A text of bounded length; nil for anything else.
  package func recordText(limit: Int = recordTextLimit) -> String? {
    stringValue.flatMap { $0.utf8.count <= limit ? $0 : nil }
  }

  /// A length of a file: 0 to 2⁶³ − 1; nil for anything else.
  package var recordSize: UInt64? { intValue.flatMap { UInt64(exactly: $0) } }

  /// A list of so many elements at the most, each as it is to be; nil for anything else.
  package func recordList<Element>(limit: Int, _ element: (JSONValue) -> Element?) -> [Element]? {
    guard let values = arrayValue, values.count <= limit else { return nil }
    var elements: [Element] = []
    elements.reserveCapacity(values.count)
    for value in values {
      guard let element = element(value) else { return nil }
      elements.append(element)
    }
    return elements
  }

  /// Names with their texts.
  package func recordPairs(limit: Int, areFields: Bool = false) -> [NameValuePair]? {
    recordList(limit: limit) { pair in
      guard let texts = pair.arrayValue, texts.count == 2, let name = texts[0].recordText(),
        let text = texts[1].recordText(), !areFields || HeaderFields.isName(name)
      else { return nil }
      return NameValuePair(name, text)
    }
  }
}

extension JSONValue? {
  /// What a member that may be missing gives; `missing` where it is not there, and nil where it is not as it is to be.
  package func record<Value>(or missing: Value, _ read: (JSONValue) -> Value?) -> Value? {
    guard let self else { return missing }
    return read(self)
  }
}
