//! Which open things are within which.

use std::collections::BTreeSet;

use crate::frame::Node;

/// The open children of open things, by parent.
#[derive(Debug, Default)]
pub(crate) struct Children(BTreeSet<(Node, Node)>);

impl Children {
    pub(crate) fn insert(&mut self, parent: &Node, child: &Node) {
        self.0.insert((parent.clone(), child.clone()));
    }

    pub(crate) fn remove(&mut self, parent: &Node, child: &Node) {
        self.0.remove(&(parent.clone(), child.clone()));
    }

    /// The node and everything below it, parents before their children.
    pub(crate) fn with_all_below(&self, node: Node) -> Vec<Node> {
        let mut found = vec![node];
        let mut next = 0;
        while let Some(parent) = found.get(next).cloned() {
            next += 1;
            // `Node::Application` is less than any child.
            let from = (parent.clone(), Node::Application);
            let children = self.0.range(from..).take_while(|(of, _)| *of == parent);
            found.extend(children.map(|(_, child)| child.clone()));
        }
        found
    }
}
