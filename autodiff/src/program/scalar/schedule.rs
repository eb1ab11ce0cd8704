//! In which order: operations of one kind side by side, so that the machine decides once what to do for all of them.

use super::fuse::{Operation, Step};
use std::collections::VecDeque;

/// Reorders steps, each still after those it reads, into few and long runs of the same operation.
///
/// Greedy: of all operations, take the one with the most steps ready, and stay with it until none is left, those included
/// that became ready meanwhile. `values` is the number of values that steps name.
pub(crate) fn schedule(steps: Vec<Step>, values: usize) -> Vec<Step> {
    // For each value the steps that read it, and for each step how many of its operands are still to be computed.
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); values];
    let mut computed = vec![false; values];
    for step in &steps {
        computed[step.result] = true;
    }
    let mut missing = vec![0_usize; steps.len()];
    let mut ready: Vec<(Operation, VecDeque<usize>)> = Vec::new();
    for (k, step) in steps.iter().enumerate() {
        for &operand in step.operands().iter().filter(|&&operand| computed[operand]) {
            readers[operand].push(k);
            missing[k] += 1;
        }
        if missing[k] == 0 {
            enqueue(&mut ready, step.operation, k);
        }
    }
    let mut ordered = Vec::with_capacity(steps.len());
    // Of equals the first: `max_by_key` would take the last.
    while let Some(longest) = (0..ready.len()).rev().max_by_key(|&q| ready[q].1.len()) {
        let Some(k) = ready[longest].1.pop_front() else { break };
        let mut next = Some(k);
        while let Some(k) = next {
            ordered.push(steps[k]);
            for &reader in &readers[steps[k].result] {
                missing[reader] -= 1;
                if missing[reader] == 0 {
                    enqueue(&mut ready, steps[reader].operation, reader);
                }
            }
            next = ready[longest].1.pop_front();
        }
    }
    ordered
}

fn enqueue(ready: &mut Vec<(Operation, VecDeque<usize>)>, operation: Operation, step: usize) {
    match ready.iter_mut().find(|(known, _)| *known == operation) {
        Some((_, queue)) => queue.push_back(step),
        None => ready.push((operation, VecDeque::from([step]))),
    }
}
