"""Word in the browser: the text is read for the editor, and what somebody changed is written as tracked changes of theirs."""
