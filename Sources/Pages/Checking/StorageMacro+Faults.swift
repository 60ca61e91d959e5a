extension StorageMacro {
  /// What is wrong with a macro: its name, its parameters, its body.
  static func faults(of element: ReadElement, for flavour: StorageFlavour) -> [StorageFault] {
    guard let name = element.attributes["ac:name"] else { return [] }
    guard let macro = all[name] else { return [.unknownMacro(name, line: element.line)] }
    var faults: [StorageFault] = []
    var given: Set<String> = []
    for parameter in element.elements where parameter.name == "ac:parameter" {
      let key = parameter.attributes["ac:name"] ?? ""
      if !given.insert(key).inserted {
        faults.append(.repeatedParameter(key, macro: name, line: parameter.line))
      }
      guard let value = macro.parameters[key] else {
        faults.append(.unknownParameter(key, macro: name, line: parameter.line))
        continue
      }
      if !value.allows(parameter, for: flavour) {
        let what = key.isEmpty ? "the parameter of '\(name)'" : key
        faults.append(.badValue(parameter.text, of: what, line: parameter.line))
      }
    }
    if !macro.needed.isEmpty, macro.needed.isDisjoint(with: given) {
      faults.append(
        .missingParameter(macro.needed.sorted(), macro: name, line: element.line))
    }
    if element.elements.map(\.name).drop(while: { $0 == "ac:parameter" }) != macro.bodies {
      faults.append(.wrongBody(macro: name, line: element.line))
    }
    return faults
  }

  /// The elements after the parameters.
  private var bodies: ArraySlice<String> {
    switch body {
    case .none: []
    case .rich: ["ac:rich-text-body"]
    case .plain: ["ac:plain-text-body"]
    }
  }
}

extension StorageMacro.Value {
  /// Whether a parameter says what it may say.
  fileprivate func allows(_ parameter: ReadElement, for flavour: StorageFlavour) -> Bool {
    let (text, elements) = (parameter.text, parameter.elements)
    let isText = elements.isEmpty && !text.isEmpty && text == text.singleLine
    return switch self {
    case .text: isText
    case .boolean: isText && ["true", "false"].contains(text)
    case .number(let range): isText && Int(text).map(range.contains) == true
    case .oneOf(let values): isText && values.contains(text)
    case .name: isText && !text.contains(where: \.isWhitespace)
    case .language: isText && flavour.codeLanguages.contains(text)
    case .page:
      isText
        || elements.count == 1 && ["ac:link", "ri:page", "ri:space"].contains(elements[0].name)
    case .attachment: elements.count == 1 && elements[0].name == "ri:attachment"
    }
  }
}
