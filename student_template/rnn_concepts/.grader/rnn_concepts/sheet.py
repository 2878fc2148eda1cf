# Made by `grade template`: the checks that run before the deadline. What runs later is not in here.
from grader import Assignment, Level, checks, roles
hw = Assignment('rnn_concepts', title='RNN concepts: shapes, gradients, parameters', packages=('matplotlib',), withheld_checks=8, withheld_points=5)
WEIGHTS = ['x', 'h0', 'U', 'W', 'V', 'b', 'c']
SIZES = ['features', 'units']
EMPTY = '*Write your answer here.*'
output_shapes = hw.role(roles.function('output_shapes', ['batch', 'time', 'features', 'units']))
rnn_forward = hw.role(roles.function('rnn_forward', WEIGHTS))
bptt_gradients = hw.role(roles.function('bptt_gradients', [*WEIGHTS, 'y']))
lstm_state = hw.role(roles.function('lstm_state', ['f', 'i', 'g', 'o', 'c']))
simple_rnn = hw.role(roles.function('simple_rnn_parameters', SIZES))
lstm = hw.role(roles.function('lstm_parameters', SIZES))
gru = hw.role(roles.function('gru_parameters', [*SIZES, 'reset_after']))
both_ways = hw.role(roles.function('bidirectional_lstm_parameters', SIZES))
part = hw.task('2', 'U, V and W', after_training=False)
part.check(checks.sequence_shapes(output_shapes), points=4, level=Level.PASSED)
part.check(checks.forward_pass(rnn_forward), points=7, level=Level.PASSED)
part = hw.task('3', 'Back-propagation through time', after_training=False)
part.check(checks.through_time(bptt_gradients, 'W', steps=2, along=rnn_forward), points=4, level=Level.PASSED)
part.check(checks.through_time(bptt_gradients, 'U', steps=2, along=rnn_forward), points=4, level=Level.PASSED)
part.check(checks.through_time(bptt_gradients, '', steps=None, along=rnn_forward), points=2, level=Level.OUTSTANDING)
part = hw.task('4', 'The LSTM', after_training=False)
part.check(checks.lstm_states(lstm_state, 'c'), points=2)
part.check(checks.lstm_states(lstm_state, 'h'), points=2)
part = hw.task('5', 'Parameters', after_training=False)
part.check(checks.counts_parameters(simple_rnn, 'simple'), points=2)
part.check(checks.counts_parameters(lstm, 'lstm'), points=4, level=Level.PASSED)
part.check(checks.counts_parameters(gru, 'gru'), points=2)
part.check(checks.counts_parameters(both_ways, 'bidirectional lstm', along=lstm), points=2)
part = hw.task('6', 'In words', after_training=False)
for key, title in {'order_of_data': 'For which data do you use an RNN, and what would be lost if the order were shuffled?', 'what_is_bptt': 'What is different when an RNN is trained, compared with a network without recurrence?', 'what_lstm_decides': 'What do the gates of an LSTM decide, and why does that help over many steps?', 'trainable_or_chosen': 'Which quantities of an LSTM does training change, and which do you choose?'}.items():
    part.check(checks.answered(hw.question(key, title, template_text=EMPTY)), points=2.5, level=Level.OUTSTANDING)
