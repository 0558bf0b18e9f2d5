import HTTPSemantics
import S3Authentication

/// Reads any text as a request (method, target, header fields, a line each) and as a POST form, and asks who signed it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzS3Authorization(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  let pairs = lines.dropFirst(2).map { line in
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    return (
      name: String(decoding: line[..<colon], as: UTF8.self),
      value: String(decoding: line[colon...].dropFirst(), as: UTF8.self)
    )
  }
  let target = lines.count > 1 ? lines[1] : []
  let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
  let request = S3Request(
    method: String(decoding: lines[0], as: UTF8.self), rawPath: Array(target[..<mark]),
    rawQuery: Array(target[mark...].dropFirst()), fields: HeaderFields(pairs))
  checkRequest(request)
  checkForm(PostForm(bucket: "bucket", fields: pairs.map { NameValuePair($0.name, $0.value) }, fileName: "file"))
  return 0
}

private let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

private func checkRequest(_ request: S3Request) {
  for now: Int64 in [1_369_353_600, 1_175_024_202, 0] {
    let outcome = try? S3Authenticator.authenticate(request, now: now) { _ in secret }
    guard let accessKey = outcome?.accessKey else { continue }
    precondition(!accessKey.isEmpty, "signed by nobody")
    let other = try? S3Authenticator.authenticate(request, now: now) { _ in "another" }
    precondition(other == nil, "any key will do")
    let unknown = try? S3Authenticator.authenticate(request, now: now) { _ in nil }
    precondition(unknown == nil, "no key will do")
  }
}

private func checkForm(_ form: PostForm) {
  let authorization = try? form.authenticate(now: 1_451_390_400) { _ in secret }
  guard authorization?.accessKey != nil else { return }
  let other = try? form.authenticate(now: 1_451_390_400) { _ in "another" }
  precondition(other == nil, "any key will do")
  precondition(form.key != nil)
}
