import Digests
import HTTPSemantics

@testable import S3Authentication

/// Signs any text as the policy of a form, so that it is read and held against the form's fields, which follow it line by
/// line. A form that passes is refused as soon as it brings a field that no condition names.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzS3PostPolicy(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
  let policy = Base64.standard.encode(bytes[..<end])
  var fields = bytes[end...].dropFirst().split(separator: UInt8(ascii: "\n")).map { line in
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    return NameValuePair(
      String(decoding: line[..<colon], as: UTF8.self), String(decoding: line[colon...].dropFirst(), as: UTF8.self))
  }
  let signature = Base64.standard.encode(HMACSHA1.authenticate(key: Array("secret".utf8), message: Array(policy.utf8)))
  fields += [
    NameValuePair("policy", policy), NameValuePair("AWSAccessKeyId", "KEY"),
    NameValuePair("signature", signature),
  ]
  let form = PostForm(bucket: "bucket", fields: fields, fileName: "file.jpg")
  for now: Int64 in [0, 1_737_727_200] {
    guard let authorization = try? form.authenticate(now: now, secret: { $0 == "KEY" ? "secret" : nil }) else {
      continue
    }
    check(form, authorization, now: now)
  }
  return 0
}

private func check(_ form: PostForm, _ authorization: PostAuthorization, now: Int64) {
  precondition(authorization.accessKey == "KEY" && form.key != nil)
  for length: Int64 in [0, 1, .max] { _ = try? authorization.checkContentLength(length) }
  let other = try? form.authenticate(now: now) { _ in "another" }
  precondition(other == nil, "any key will do")
  let late = try? form.authenticate(now: .max) { _ in "secret" }
  precondition(late == nil, "it never ends")
  let name = "x-amz-meta-that-no-policy-of-the-corpus-names"
  guard !form.fields.contains(where: { $0.name == name || $0.value.contains("that-no-policy") }) else { return }
  let more = PostForm(
    bucket: form.bucket, fields: form.fields + [.init(name, "1")], fileName: form.fileName)
  let widened = try? more.authenticate(now: now) { _ in "secret" }
  precondition(widened == nil || named(name, in: form), "a field that no condition names")
}

/// Whether the policy names a field, as far as its bytes tell.
private func named(_ name: String, in form: PostForm) -> Bool {
  let policy = form["policy"].flatMap { Base64.standard.decode($0.utf8) } ?? []
  // An escape could spell it.
  return policy.contains(UInt8(ascii: "\\")) || String(decoding: policy, as: UTF8.self).lowercased().contains(name)
}
