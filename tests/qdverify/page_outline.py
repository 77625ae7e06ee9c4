"""A page of HTML as the tests read it."""

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr", "path", "use", "rect", "mspace", "image", "circle", "line"}
IMPLIED = {"td": ("p", "td"), "tr": ("p", "td", "tr"), "p": ("p",)}
ENDS_IMPLIED = {"tbody": ("td", "tr"), "details": ("p",)}
"""Elements that HTML takes as ended where another begins or where what holds them ends."""


class Outline(HTMLParser):
    """Tags, attributes and text of a page; complains about elements that are closed out of turn."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.tags, self.headings, self.text = [], [], [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        if tag in IMPLIED:
            self.close_implied(IMPLIED[tag])
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self.ids += [attributes["id"]] if "id" in attributes else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if tag in ENDS_IMPLIED:
            self.close_implied(ENDS_IMPLIED[tag])
        assert self.open.pop() == tag

    def close_implied(self, tags):
        while self.open and self.open[-1] in tags:
            self.open.pop()

    def handle_data(self, data):
        self.text.append(data)
