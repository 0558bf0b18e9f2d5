internal import EventLoop
internal import HTTPSemantics
internal import WebService

extension ImageHost {
  /// A custom uploader for ShareX 13.5 and later, with this server's address filled in.
  func shareXConfiguration(_ exchange: Exchange) async {
    let base = links(exchange).base
    var headers: [JSONValue.Member] = [.init(name: "Accept", value: "application/json")]
    if configuration.uploadToken != nil {
      // The token is the uploader's to fill in: this address hands it to nobody.
      headers.append(.init(name: "Authorization", value: "Bearer YOUR-UPLOAD-TOKEN"))
    }
    let document: JSONValue = .object([
      .init(name: "Version", value: "15.0.0"),
      .init(name: "Name", value: .string("Vitrine (\(base))")),
      .init(name: "DestinationType", value: "ImageUploader"),
      .init(name: "RequestMethod", value: "POST"),
      .init(name: "RequestURL", value: .string("\(base)/api/upload")),
      .init(name: "Headers", value: .object(headers)),
      .init(name: "Body", value: "MultipartFormData"),
      .init(name: "FileFormName", value: "file"),
      .init(name: "URL", value: "{json:url}"),
      .init(name: "DeletionURL", value: "{json:delete_url}"),
      .init(name: "ErrorMessage", value: "{json:detail}"),
    ])
    var response = WebResponse(status: .ok, json: document)
    response.fields.set(
      "Content-Disposition", ContentDisposition.attachment(filename: "vitrine.sxcu").fieldValue)
    await exchange.respond(response)
  }
}
